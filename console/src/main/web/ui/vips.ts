import type { Vip } from '../api/types';
import { t } from '../i18n/i18n';

/** Whom a virtual IP is for, in words. Pure. */
export function holder(vip: Partial<Pick<Vip, 'purpose' | 'guest' | 'namespace' | 'service'>>): string {
  if (vip.purpose === 'SUPERVISOR_API') {
    return t('Supervisor');
  }
  if (vip.guest) {
    return vip.purpose === 'GUEST_API' ? t('API of {name}', { name: vip.guest }) : `${vip.service ?? ''} (${vip.guest})`;
  }
  return vip.service ? `${vip.namespace ?? ''}/${vip.service}` : t('somebody else');
}
