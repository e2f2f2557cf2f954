import { html, type TemplateResult } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import { administratorIcon } from '@cds/core/icon/shapes/administrator.js';
import { angleIcon } from '@cds/core/icon/shapes/angle.js';
import { bundleIcon } from '@cds/core/icon/shapes/bundle.js';
import { checkCircleIcon } from '@cds/core/icon/shapes/check-circle.js';
import { circleIcon } from '@cds/core/icon/shapes/circle.js';
import { clusterIcon } from '@cds/core/icon/shapes/cluster.js';
import { copyIcon } from '@cds/core/icon/shapes/copy.js';
import { downloadIcon } from '@cds/core/icon/shapes/download.js';
import { eventIcon } from '@cds/core/icon/shapes/event.js';
import { exclamationCircleIcon } from '@cds/core/icon/shapes/exclamation-circle.js';
import { exclamationTriangleIcon } from '@cds/core/icon/shapes/exclamation-triangle.js';
import { fileIcon } from '@cds/core/icon/shapes/file.js';
import { helpIcon } from '@cds/core/icon/shapes/help.js';
import { hostIcon } from '@cds/core/icon/shapes/host.js';
import { infoCircleIcon } from '@cds/core/icon/shapes/info-circle.js';
import { keyIcon } from '@cds/core/icon/shapes/key.js';
import { minusCircleIcon } from '@cds/core/icon/shapes/minus-circle.js';
import { moonIcon } from '@cds/core/icon/shapes/moon.js';
import { namespaceIcon } from '@cds/core/icon/shapes/namespace.js';
import { networkGlobeIcon } from '@cds/core/icon/shapes/network-globe.js';
import { networkSwitchIcon } from '@cds/core/icon/shapes/network-switch.js';
import { nodesIcon } from '@cds/core/icon/shapes/nodes.js';
import { pencilIcon } from '@cds/core/icon/shapes/pencil.js';
import { playIcon } from '@cds/core/icon/shapes/play.js';
import { plusIcon } from '@cds/core/icon/shapes/plus.js';
import { powerIcon } from '@cds/core/icon/shapes/power.js';
import { shieldCheckIcon } from '@cds/core/icon/shapes/shield-check.js';
import { storageIcon } from '@cds/core/icon/shapes/storage.js';
import { sunIcon } from '@cds/core/icon/shapes/sun.js';
import { terminalIcon } from '@cds/core/icon/shapes/terminal.js';
import { timesIcon } from '@cds/core/icon/shapes/times.js';
import { trashIcon } from '@cds/core/icon/shapes/trash.js';
import { twoWayArrowsIcon } from '@cds/core/icon/shapes/two-way-arrows.js';
import { unknownStatusIcon } from '@cds/core/icon/shapes/unknown-status.js';
import { userIcon } from '@cds/core/icon/shapes/user.js';
import { vmIcon } from '@cds/core/icon/shapes/vm.js';
import { worldIcon } from '@cds/core/icon/shapes/world.js';

const ALL = [
  administratorIcon, angleIcon, bundleIcon, checkCircleIcon, circleIcon, clusterIcon, copyIcon, downloadIcon, eventIcon,
  exclamationCircleIcon, exclamationTriangleIcon, fileIcon, helpIcon, hostIcon, infoCircleIcon, keyIcon, minusCircleIcon, moonIcon, namespaceIcon,
  networkGlobeIcon, networkSwitchIcon, nodesIcon, pencilIcon, playIcon, plusIcon, powerIcon, shieldCheckIcon, storageIcon,
  sunIcon, terminalIcon, timesIcon, trashIcon, twoWayArrowsIcon, unknownStatusIcon, userIcon, vmIcon, worldIcon,
];

interface Shape {
  readonly outline: string;
  readonly solid?: string;
}

const shapes = new Map<string, Shape>(
  ALL.map(([name, shape]) => [name, typeof shape === 'string' ? { outline: shape } : (shape as unknown as Shape)]),
);

/** One of Clarity's icons. It is decoration: what it says stands beside it in words, or in the label of its button. */
export function icon(name: string, className = '', solid = false): TemplateResult {
  const shape = shapes.get(name);
  if (shape === undefined) {
    throw new Error(`there is no icon ${name}`);
  }
  return html`<svg class="kt-icon ${className}" viewBox="0 0 36 36" aria-hidden="true" focusable="false">
    ${unsafeSVG((solid && shape.solid) || shape.outline)}
  </svg>`;
}
