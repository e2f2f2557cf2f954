# What programs on the Python client do: reads, writes, patches, a watch, the dynamic client. Prints a line for each thing that worked.
import sys

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import stream

config.load_kube_config(sys.argv[1])
core, apps = client.CoreV1Api(), client.AppsV1Api()
print('version', client.VersionApi().get_code().major)


def config_map(name, **data):
    return {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': name}, 'data': data}


core.create_namespaced_config_map('default', config_map('py', a='b'))
page = core.list_namespaced_config_map('default', watch=False, limit=1, pretty=True)
print('listed', len(page.items), bool(page.metadata._continue))
for event in watch.Watch().stream(core.list_namespaced_config_map, 'default', field_selector='metadata.name=py', timeout_seconds=30):
    print('watched', event['type'], event['object'].data)
    break
print('patched', core.patch_namespaced_config_map('py', 'default', {'data': {'c': 'd'}}).data)
print('patched', core.patch_namespaced_config_map('py', 'default', [{'op': 'remove', 'path': '/data/a'}]).data)
print('tried', core.delete_namespaced_config_map('py', 'default', dry_run='All').status)
print('deleted', core.delete_namespaced_config_map('py', 'default', orphan_dependents=False).status)

utils.create_from_dict(client.ApiClient(), {
    'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'py'},
    'spec': {'replicas': 1, 'selector': {'matchLabels': {'app': 'py'}},
             'template': {'metadata': {'labels': {'app': 'py'}}, 'spec': {'containers': [{'name': 'c', 'image': 'x'}]}}}})
for event in watch.Watch().stream(apps.list_namespaced_deployment, 'default', label_selector='!none', timeout_seconds=30):
    if event['object'].status.ready_replicas == 1:
        print('ready', event['object'].metadata.name)
        break
pod = core.list_namespaced_pod('default', label_selector='app=py').items[0].metadata.name
try:
    stream(core.connect_get_namespaced_pod_exec, pod, 'default', command=['ls'], stderr=True, stdin=False, stdout=True, tty=False)
except ApiException as refused:
    print('no exec', '501' in str(refused))

anything = dynamic.DynamicClient(client.ApiClient())
definitions = anything.resources.get(api_version='apiextensions.k8s.io/v1', kind='CustomResourceDefinition')
definitions.create({
    'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition', 'metadata': {'name': 'pies.example.com'},
    'spec': {'group': 'example.com', 'scope': 'Namespaced', 'names': {'plural': 'pies', 'singular': 'pie', 'kind': 'Pie'},
             'versions': [{'name': 'v1', 'served': True, 'storage': True, 'schema': {'openAPIV3Schema': {
                 'type': 'object', 'properties': {'slices': {'type': 'integer', 'default': 8}}}}}]}})
for event in definitions.watch(name='pies.example.com', timeout=30):
    conditions = (event['object'].status or {}).get('conditions') or []
    if any(condition['type'] == 'Established' and condition['status'] == 'True' for condition in conditions):
        break
anything.resources.invalidate_cache()
pies = anything.resources.get(api_version='example.com/v1', kind='Pie')
print('custom', pies.create({'apiVersion': 'example.com/v1', 'kind': 'Pie', 'metadata': {'name': 'apple'}}, 'default').slices)
maps = anything.resources.get(api_version='v1', kind='ConfigMap')


def apply(value, manager, force):
    body = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "%s"}}' % value
    return maps.server_side_apply(body.encode(), 'applied', 'default', field_manager=manager, force_conflicts=force).data.a


print('applied', apply('b', 'one', False))
try:
    apply('c', 'two', False)
except dynamic.exceptions.ConflictError:
    print('conflict')
print('forced', apply('c', 'two', True))
