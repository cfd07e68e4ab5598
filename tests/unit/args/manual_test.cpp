// Manual pages.
#include "args/manual.h"

#include <gmock/gmock.h>

namespace dpt::args {

namespace {

TEST(Manual, HasEverySection) {
  Parser parser("A program", "prog");
  parser.section("Exit codes", "0 done.");
  Parser& run = *parser.add_subcommand("run", "Runs things");
  Parser& other = *parser.add_subcommand("other", "Does not");
  std::vector<std::string> inputs;
  std::string text;
  run.add_option("INPUT", inputs, "what to read")->required();
  {
    const GroupScope scope(run, "Output");
    run.add_option("-o,--output", text, ".png or '-'")->type_name("PATH");
  }
  run.footer("Before.\n\nExamples:\n  prog run a\\b\n\n.Behind it\nis prose.");
  EXPECT_EQ(manual_name(run), "prog-run");
  EXPECT_EQ(manual_page(run, "prog 7"), R"(.TH PROG\-RUN 1 "" "prog 7" "User Commands"
.SH NAME
prog\-run \- Runs things
.SH SYNOPSIS
.nf
prog run [OPTIONS] INPUT...
.fi
.SH OPTIONS
.SS Output
.TP
\fB\-o\fR, \fB\-\-output\fR \fIPATH\fR
\&.png or '\-'
.SS Options
.TP
\fB\-h\fR, \fB\-\-help\fR
print this and exit
.TP
\fIINPUT...\fR
what to read
.SH EXAMPLES
.nf
  prog run a\eb
.fi
.SH NOTES
Before.
.PP
\&.Behind it
is prose.
.SH EXIT CODES
0 done.
.SH SEE ALSO
\fBprog\fR(1),
\fBprog\-other\fR(1)
)");
  EXPECT_EQ(manual_name(other), "prog-other");
}

}  // namespace

}  // namespace dpt::args
