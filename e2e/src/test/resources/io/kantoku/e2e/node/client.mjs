// What programs in JavaScript do: reads, writes, patches, a watch, an informer. Prints a line for each thing that worked.
import * as k8s from '@kubernetes/client-node';

const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);

const version = await config.makeApiClient(k8s.VersionApi).getCode();
console.log('version', version.major);

const seen = [];
const watch = new k8s.Watch(config);
let found;
const arrived = new Promise((resolve) => { found = resolve; });
const request = await watch.watch('/api/v1/namespaces/default/configmaps', {}, (type, object) => {
  seen.push(`${type} ${object.metadata.name}`);
  if (type === 'DELETED' && object.metadata.name === 'node') found();
}, () => {});

await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'node' }, data: { a: 'b' } } });
const read = await core.readNamespacedConfigMap({ namespace: 'default', name: 'node' });
console.log('read', read.data.a, read.metadata.creationTimestamp instanceof Date);
read.data.c = 'd';
const replaced = await core.replaceNamespacedConfigMap({ namespace: 'default', name: 'node', body: read });
console.log('replaced', Object.keys(replaced.data).sort().join());
const list = await core.listNamespacedConfigMap({ namespace: 'default', limit: 1 });
console.log('listed', list.items.length);
await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'node' });
await arrived;
request.abort();
console.log('watched', seen.filter((event) => event.endsWith(' node')).join(', '));

await objects.create({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'node', namespace: 'default' },
  spec: { replicas: 1, selector: { matchLabels: { app: 'node' } },
    template: { metadata: { labels: { app: 'node' } }, spec: { containers: [{ name: 'c', image: 'x' }] } } },
});
const patched = await objects.patch({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'node', namespace: 'default', labels: { x: 'y' } },
}, undefined, undefined, undefined, undefined, k8s.PatchStrategy.StrategicMergePatch);
console.log('patched', patched.metadata.labels.x);
const scale = await apps.readNamespacedDeploymentScale({ name: 'node', namespace: 'default' });
console.log('scale', scale.spec.replicas);
try {
  await core.readNamespacedSecret({ namespace: 'default', name: 'nope' });
} catch (error) {
  console.log('refused', error.code, JSON.parse(error.body).reason);
}
const informer = k8s.makeInformer(config, '/api/v1/namespaces', () => core.listNamespace());
const names = new Promise((resolve) => informer.on('add', (object) => { if (object.metadata.name === 'kube-system') resolve(object.metadata.name); }));
await informer.start();
console.log('informed', await names);
await informer.stop();
process.exit(0);
