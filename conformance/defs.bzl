"""A libcmap checked by `bazel test`, in any workspace that has cmapsim as a repository.

    load("@cmapsim//conformance:defs.bzl", "cmap_conformance_test")

    cmap_conformance_test(
        name = "libcmap_test",
        library = "//lib:libcmap.so.4",
        shards = 2,
    )

Each clause of the manual pages is a test case of its own in the test's XML. `--test_filter=GLOB` chooses
clauses, `--runs_per_test=N` tries other cases in each run, and plans and traces of failures are in the
test's undeclared outputs (bazel-testlogs/.../test.outputs/outputs.zip).
"""

def _quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"

# A rule that makes a library may have other files as well.
def _shared_object(ctx):
    files = [f for f in ctx.files.library if f.basename.endswith(".so") or ".so." in f.basename]
    if len(files) != 1:
        fail("library must be one shared object, and %s is %d" % (ctx.attr.library.label, len(files)))
    return files[0]

def _cmap_conformance_test_impl(ctx):
    options = {
        "--service": ctx.attr.service,
        "--transport": ctx.attr.transport,
        "--clause": ctx.attr.clause,
        "--library": _shared_object(ctx).short_path if ctx.attr.library else ctx.attr.library_path,
        "--corosync": ctx.attr.corosync,
        "--corosync-library-dir": ctx.attr.corosync_library_dir,
        "--expectations": ctx.file.expectations.short_path if ctx.file.expectations else "",
        "--cases": str(ctx.attr.cases) if ctx.attr.cases else "",
    }
    words = [ctx.executable._tool.short_path]
    words += ["%s=%s" % (name, value) for name, value in options.items() if value]
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        "#!/bin/sh\nexec %s \"$@\"\n" % " ".join([_quoted(word) for word in words]),
        is_executable = True,
    )
    files = ctx.files.library + ctx.files.expectations + ctx.files.data + ctx.files._installed
    runfiles = ctx.runfiles(files = files)
    runfiles = runfiles.merge(ctx.attr._tool[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

_cmap_conformance_test = rule(
    implementation = _cmap_conformance_test_impl,
    test = True,
    attrs = {
        "library": attr.label(allow_files = True),
        "library_path": attr.string(),
        "service": attr.string(values = ["sim", "corosync", "both"]),
        "transport": attr.string(values = ["shm", "socket", "both"]),
        "clause": attr.string(),
        "corosync": attr.string(),
        "corosync_library_dir": attr.string(),
        "expectations": attr.label(allow_single_file = True),
        "cases": attr.int(),
        "data": attr.label_list(allow_files = True),
        "_tool": attr.label(
            default = Label("//tools:conformance_test"),
            executable = True,
            cfg = "target",
        ),
        # Bazel would say "(cached) PASSED" of another installed library.
        "_installed": attr.label_list(
            default = [
                Label("@system//:libcmap"),
                Label("@system//:corosync_daemon"),
            ],
        ),
    },
)

def cmap_conformance_test(
        name,
        library = None,
        service = "sim",
        expectations = None,
        cases = 0,
        shards = None,
        transport = "both",
        clause = "*",
        corosync = None,
        corosync_library_dir = None,
        tags = [],
        **kwargs):
    """Checks that a client library does what the manual pages promise.

    Args:
      name: of the test.
      library: the libcmap.so.4 to test, a label or an absolute path; the installed one by default. Its
        folder is searched first for the libraries that it needs: name them in `data`.
      service: "sim", "corosync" (a real daemon, which must be there) or "both" (a real one where there is
        one).
      expectations: a label of a file: what is known of the target. What is known of corosync 3.1 by default.
      cases: how many for each target. By default 10000 simulated and 1000 live.
      shards: into how many the cases are split.
      transport: libqb's: "shm", "socket" or "both".
      clause: a glob of clauses to check. `--test_filter` takes its place.
      corosync: the path of a daemon to run live; the installed one by default.
      corosync_library_dir: the path of the folder of the libraries that belong to it.
      tags: as of every test. Where a path is given, "external" is added: Bazel does not see that what is
        there has changed.
      **kwargs: what every test takes: size, timeout, data, args, flaky, visibility and so on.
    """
    is_path = library != None and library.startswith("/") and not library.startswith("//")
    if is_path or corosync or corosync_library_dir:
        tags = tags + ["external"]
    _cmap_conformance_test(
        name = name,
        library = None if is_path else library,
        library_path = library if is_path else "",
        service = service,
        transport = transport,
        clause = clause,
        corosync = corosync or "",
        corosync_library_dir = corosync_library_dir or "",
        expectations = expectations,
        cases = cases,
        shard_count = shards,
        tags = tags,
        **kwargs
    )
