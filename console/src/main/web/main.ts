import '@clr/ui/clr-ui.min.css';
import './console.css';
import { App } from './app/app';
import { open } from './app/pages';
import { shell } from './app/shell';

const root = document.createElement('div');
root.id = 'app';
document.body.append(root);
const app = new App(root, shell, open);
app.refresh();
void app.start();
