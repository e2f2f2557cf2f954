# Patroni keeps who leads a database in Kubernetes objects: its own client, watches with versions, and updates that must not get lost.
import json
import os
import sys

os.environ['KUBECONFIG'] = sys.argv[1]
from patroni.dcs.kubernetes import Kubernetes  # reads its environment as it is imported

store = Kubernetes({
    'scope': 'db', 'name': 'p1', 'namespace': 'default', 'labels': {'application': 'patroni'}, 'context': sys.argv[2],
    'loop_wait': 2, 'ttl': 6, 'retry_timeout': 4, 'pod_ip': '10.1.1.1', 'patronictl': False,
    'use_endpoints': sys.argv[3] == 'endpoints', 'ports': [{'name': 'postgresql', 'port': 5432}]})


def done(answer):
    return 'yes' if answer else 'no'


print('initialized', done(store.initialize(create_new=True, sysid='12345')))
print('configured', done(store.set_config_value(json.dumps({'ttl': 6}))))
print('leads', done(store.attempt_to_acquire_leader()))
print('member', done(store.touch_member({'state': 'running', 'role': 'master', 'conn_url': 'x', 'api_url': 'y'})))
print('leads on', done(store.update_leader(12345, None)))
print('hands over', done(store.manual_failover('p1', 'p2')))
store.watch(None, 1)
cluster = store.get_cluster()
print('sees', cluster.leader.name, [member.name for member in cluster.members], cluster.initialize, cluster.failover.candidate)
print('stands down', store.delete_leader(12345) is not False)
sys.stdout.flush()
os._exit(0)  # its watches are threads that nobody ends
