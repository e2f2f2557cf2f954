/**
 * The kubectl plugin {@code kubectl vsphere}: logs in to a Supervisor over its {@code /wcp} endpoints and keeps the kubeconfig. It
 * starts with every command, so nothing here may load classes or read files that the command at hand does not need; it uses no
 * module above {@code client} but for {@link io.kantoku.cli.plugin.PluginArchive}, the server's side of it.
 */
@NullMarked
package io.kantoku.cli.plugin;

import org.jspecify.annotations.NullMarked;
