# Leave this policy out, and Tocsin can only observe and recommend. It is a mighty one: Nomad knows
# no right to revert alone, and who may submit jobs may run anything that the namespace allows.
# Tocsin sends nothing but reverts, and promotes the canaries of its own.
#   nomad acl policy apply tocsin-rollback rollback.policy.hcl
namespace "default" {
  capabilities = ["submit-job"]
}
