# Reads JUnit XML as GoogleTest and Bazel write it and prints a line for each
# test case: passed, failed or skipped, its name, and why it was skipped,
# separated by tabs. -v label=LABEL names the target; -v status=STATUS is Bazel's
# verdict on it, which a test may fail without any of its cases failing.

BEGIN { RS = "<" }

# What a test printed may look like XML: leave it out.
index($0, "![CDATA[") == 1 { quoted = 1 }
quoted { if (index($0, "]]>")) quoted = 0; next }

/^testcase / {
  flush()
  name = attribute("classname")
  # Bazel writes a file of its own where a test wrote none.
  name = name == "" ? label : label " " name "." attribute("name")
  outcome = "passed"
  if (attribute("result") == "suppressed") {
    outcome = "skipped"
    message = "disabled in the source"
  }
}
/^failure[ >\/]/ { outcome = "failed" }
/^error[ >\/]/ {
  outcome = "failed"
  message = attribute("message")
}
/^skipped[ >\/]/ {
  outcome = "skipped"
  message = attribute("message")
  # GoogleTest puts the place into the first line.
  sub(/^[^ ]*:[0-9]+\n/, "", message)
  gsub(/[\n\t]+/, " ", message)
}
END {
  flush()
  if (status != "PASSED" && !count["failed"])
    print "failed\t" label "\t" status " outside its test cases"
}

function flush() {
  if (outcome != "") print outcome "\t" name "\t" message
  count[outcome]++
  outcome = message = ""
}

# An attribute of this record. A quotation mark inside a value is &quot;.
function attribute(key,    start, value) {
  start = index($0, " " key "=\"")
  if (!start) return ""
  value = substr($0, start + length(key) + 3)
  value = substr(value, 1, index(value, "\"") - 1)
  gsub(/&#x0A;/, "\n", value)
  gsub(/&#x09;/, "\t", value)
  gsub(/&lt;/, "<", value)
  gsub(/&gt;/, ">", value)
  gsub(/&quot;/, "\"", value)
  gsub(/&apos;/, "'", value)
  gsub(/&amp;/, "\\&", value)
  return value
}
