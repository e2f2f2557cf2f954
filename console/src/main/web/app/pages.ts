import { html } from 'lit';
import { t } from '../i18n/i18n';
import { AuditPage } from '../pages/audit';
import { BalancersPage } from '../pages/balancers';
import { DownloadsPage } from '../pages/downloads';
import { EventsPage } from '../pages/events';
import { GuestPage } from '../pages/guest';
import { NewGuestPage } from '../pages/guest-new';
import { GuestsPage } from '../pages/guests';
import { InventoryPage } from '../pages/inventory';
import { MachinePage } from '../pages/machine';
import { NamespacePage } from '../pages/namespace';
import { NamespacesPage } from '../pages/namespaces';
import { NetworkPage } from '../pages/network';
import { SupervisorPage } from '../pages/supervisor';
import { AccountPage, UsersPage } from '../pages/users';
import { WorkloadPage } from '../pages/workload';
import { emptyState, type Content } from '../ui/parts';
import { EnableWizard } from '../wizard/wizard';
import type { App, Page } from './app';
import { link, type Route } from './route';

/** The page at a place. */
export function open(app: App, route: Route): Page {
  const [first, second, third] = route.path;
  switch (first) {
    case undefined:
      return new WorkloadPage(app);
    case 'enable':
      return new EnableWizard(app);
    case 'supervisors':
      return second === undefined ? new WorkloadPage(app) : new SupervisorPage(app, second, route);
    case 'namespaces':
      return second === undefined ? new NamespacesPage(app) : new NamespacePage(app, second, route);
    case 'guests':
      if (second === 'new' && third === undefined) {
        return new NewGuestPage(app, route);
      }
      return second === undefined || third === undefined ? new GuestsPage(app) : new GuestPage(app, second, third, route);
    case 'balancers':
      return new BalancersPage(app);
    case 'network':
      return new NetworkPage(app);
    case 'inventory':
      return new InventoryPage(app, route);
    case 'vms':
      return second === undefined ? new InventoryPage(app, route) : new MachinePage(app, second, route);
    case 'events':
      return new EventsPage(app);
    case 'audit':
      return new AuditPage(app);
    case 'users':
      return new UsersPage(app);
    case 'account':
      return new AccountPage(app);
    case 'downloads':
      return new DownloadsPage(app);
    default:
      return new UnknownPage();
  }
}

class UnknownPage implements Page {
  readonly title = t('There is no such page');
  readonly section = '';

  view(): Content {
    return emptyState('help', this.title, t('The address leads nowhere.'), html`<a class="btn btn-outline" href=${link([])}>${t('Workload Management')}</a>`);
  }
}
