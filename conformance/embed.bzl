"""Texts as C++ data, so that a program needs no file at run time."""

def embed_texts(name, srcs, symbol):
    """Makes NAME.cc, which defines `symbol`, an EmbeddedTexts of all srcs (see embedded.h).

    Args:
      name: of the rule, and of the file without its .cc.
      srcs: the texts; none may contain )cmapsim".
      symbol: the variable, in namespace cmapsim.
    """
    native.genrule(
        name = name,
        srcs = srcs,
        outs = [name + ".cc"],
        cmd = """
{
  echo '#include "conformance/embedded.h"'
  echo 'namespace cmapsim {'
  echo 'namespace {'
  echo 'const EmbeddedText kTexts[] = {'
  for file in $(SRCS); do
    if grep -q ')cmapsim"' "$$file"; then
      echo "$$file: )cmapsim\\" cannot be embedded" >&2
      exit 1
    fi
    printf '{"%%s", R"cmapsim(' "$$(basename "$$file")"
    cat "$$file"
    printf ')cmapsim"},\\n'
  done
  echo '};'
  echo '}'
  echo 'extern const EmbeddedTexts %s;'
  echo 'const EmbeddedTexts %s = kTexts;'
  echo '}'
} > $@
""" % (symbol, symbol),
    )
