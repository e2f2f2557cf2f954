import type { KubeNode, Step, Supervisor, Tkc, Vm } from '../api/types';
import { t } from '../i18n/i18n';
import type { Tone } from './parts';

/** What states mean: a tone and a word for each. Pure. */

export type Said = readonly [Tone, string];

export function supervisorState(supervisor: Supervisor): Said {
  switch (supervisor.config_status) {
    case 'RUNNING':
      return supervisor.kubernetes_status === 'READY' ? ['good', t('Running')] : ['warning', t('Running, with warnings')];
    case 'CONFIGURING':
      return ['busy', t('Configuring')];
    case 'REMOVING':
      return ['busy', t('Removing')];
    case 'ERROR':
      return ['bad', t('Error')];
  }
}

export function guestState(tkc: Tkc): Said {
  if (tkc.metadata.deletionTimestamp !== undefined) {
    return ['busy', t('Deleting')];
  }
  switch (tkc.status?.phase) {
    case 'running': {
      const ready = tkc.status.conditions?.find((condition) => condition.type === 'Ready')?.status;
      return ready === 'False' ? ['warning', t('Running, with warnings')] : ['good', t('Running')];
    }
    case 'updating':
      return ['busy', t('Updating')];
    case 'deleting':
      return ['busy', t('Deleting')];
    case 'failed':
      return ['bad', t('Failed')];
    case 'creating':
    default:
      return ['busy', t('Creating')];
  }
}

export function stepState(step: Step): Said {
  switch (step.state) {
    case 'DONE':
      return ['good', t('Done')];
    case 'RUNNING':
      return ['busy', t('In progress')];
    case 'FAILED':
      return ['bad', t('Failed')];
    case 'PENDING':
      return ['off', t('Not begun')];
  }
}

export function powerState(vm: Vm): Said {
  return vm.power_state === 'POWERED_ON' ? ['good', t('On')] : ['off', t('Off')];
}

export function guestOsState(vm: Vm): Said {
  switch (vm.guest_state) {
    case 'RUNNING':
      return ['good', t('Running')];
    case 'BOOTING':
      return ['busy', t('Booting')];
    case 'FAILED':
      return ['bad', t('Failed')];
    default:
      return ['off', t('Not running')];
  }
}

export function nodeState(node: KubeNode): Said {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
  return ready === 'True' ? ['good', t('Ready')] : ['bad', t('Not ready')];
}
