# What programs on kubeclient do. Prints a line for each thing that worked.
require 'kubeclient'

context = Kubeclient::Config.read(ARGV[0]).context
options = { ssl_options: context.ssl_options, auth_options: context.auth_options }
core = Kubeclient::Client.new(context.api_endpoint, 'v1', **options)

def map(name, data)
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name, namespace: 'default', labels: { by: 'ruby' } }, data: data }
end

puts "valid #{core.api_valid?}"
puts "created #{core.create_config_map(Kubeclient::Resource.new(map('rb', { a: 'b' }))).data.a}"
made = core.get_config_map('rb', 'default')
made.data.a = 'c'
puts "updated #{core.update_config_map(made).data.a}"
puts "patched #{core.patch_config_map('rb', { data: { d: 'e' } }, 'default').data.d}"
puts "patched #{core.json_patch_config_map('rb', [{ op: 'remove', path: '/data/a' }], 'default').data.a.inspect}"
puts "merged #{core.merge_patch_config_map('rb', { data: { d: nil, f: 'g' } }, 'default').data.to_h}"
puts "applied #{core.apply_config_map(map('rb-applied', { a: 'b' }), field_manager: 'one').data.a}"
begin
  core.apply_config_map(map('rb-applied', { a: 'c' }), field_manager: 'two', force: false)
rescue Kubeclient::HttpError => e
  puts "conflict #{e.error_code}"
end
list = core.get_config_maps(namespace: 'default', label_selector: 'by=ruby', limit: 1)
rest = core.get_config_maps(namespace: 'default', label_selector: 'by=ruby', limit: 1, continue: list.continue)
puts "paged #{list.size} #{rest.size}"
watch = core.watch_config_maps(namespace: 'default', resource_version: rest.resourceVersion)
core.delete_config_map('rb', 'default')
watch.each do |notice|
  puts "watched #{notice.type} #{notice.object.metadata.name}"
  watch.finish
end
begin
  core.get_pod('nobody', 'default')
rescue Kubeclient::ResourceNotFoundError => e
  puts "refused #{e.message}"
end
