"""The external repositories, all of them taken from Debian's packages.

A workspace that uses cmapsim calls cmapsim_repositories() too; a repository
that it has already defined stays as it is.
"""

_SHARE = "/usr/share/bazel"

# Debian's rules_cc is newer than its Bazel 4.2.3: these files load a function
# that Bazel's own toolchain_utils.bzl got later.
_FILES_WITH_USE_CPP_TOOLCHAIN = [
    "cc/private/rules_impl/cc_flags_supplier.bzl",
    "cc/private/rules_impl/compiler_flag.bzl",
]

def _debian_rules_cc_impl(ctx):
    source = ctx.path(ctx.attr.path)
    if not source.exists:
        fail("%s is missing: install Debian's package bazel-rules-cc" % source)
    result = ctx.execute(["cp", "-R", "-L", "%s/." % source, "."])
    if result.return_code != 0:
        fail("copying %s: %s" % (source, result.stderr))
    for name in _FILES_WITH_USE_CPP_TOOLCHAIN:
        text = ctx.read(name)
        text = text.replace(", \"use_cpp_toolchain\")", ")")
        text = text.replace(
            "use_cpp_toolchain()",
            "[\"@bazel_tools//tools/cpp:toolchain_type\"]",
        )
        ctx.file(name, text)

_debian_rules_cc = repository_rule(
    implementation = _debian_rules_cc_impl,
    attrs = {"path": attr.string(mandatory = True)},
    local = True,
    doc = "Debian's rules_cc, made to load under Debian's Bazel.",
)

def _no_coverage_tools_impl(ctx):
    ctx.file("coverage.sh", "#!/bin/sh\nexit 0\n", executable = True)
    ctx.file("BUILD", """\
sh_binary(
    name = "coverage_report_generator",
    srcs = ["coverage.sh"],
    visibility = ["//visibility:public"],
)
""")

_no_coverage_tools = repository_rule(
    implementation = _no_coverage_tools_impl,
    doc = "Stands in for the coverage merger, which each cc_test names and only `bazel coverage` runs.",
)

# buildifier: disable=unnamed-macro
def cmapsim_repositories():
    """Defines every external repository that cmapsim needs."""
    existing = native.existing_rules()
    if "rules_cc" not in existing:
        _debian_rules_cc(name = "rules_cc", path = _SHARE + "/rules/cc")
    for name, path in {
        "bazel_skylib": "/tools/skylib",
        "platforms": "/platforms",
        "rules_java": "/rules/java",
        "rules_proto": "/rules/proto",
    }.items():
        if name not in existing:
            native.local_repository(name = name, path = _SHARE + path)
    if "remote_coverage_tools" not in existing:
        _no_coverage_tools(name = "remote_coverage_tools")
    if "system" not in existing:
        native.new_local_repository(
            name = "system",
            path = "/usr",
            build_file = "@cmapsim//tools/bazel:system.BUILD",
        )
