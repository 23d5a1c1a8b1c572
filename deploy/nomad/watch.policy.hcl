# What the collector may read in a namespace that it watches. One block each; the token's secret id
# goes into platforms.nomad.token-file.
#   nomad acl policy apply tocsin-watch watch.policy.hcl
#   nomad acl token create -name tocsin -policy tocsin-watch -policy tocsin-rollback
namespace "default" {
  # Which jobs there are; how each stands, its versions, deployment and allocations.
  capabilities = ["list-jobs", "read-job"]
}
