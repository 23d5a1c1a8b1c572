/// What runs on this machine: instances, their logs, cgroups and endpoints, as far as disk tells.
@NullMarked
package io.tocsin.agent.instance;

import org.jspecify.annotations.NullMarked;
