# duet's Makefile.  `make` builds the program and the library under build/,
# `make check` tests them; README.md says the rest.
#
#   V=1                            show the commands
#   WERROR=1                       warnings are errors
#   SANITIZE='address undefined'   build with these sanitizers
#   BUILD=DIR                      build somewhere else
#   JOBS=1                         run the tests one after the other
#   ONLY='tests/cli/up.t ...'      run these tests only
#   SOAK=10, FLAKE=100             how long `make soak` and `make flake` take
#
# CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the caller's; they come after the
# project's own flags and so win over them.

VERSION := 0.1.0
ABI := 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

BUILD := build
PREFIX := /usr/local
LIBDIR := $(PREFIX)/lib
INCLUDEDIR := $(PREFIX)/include
MANDIR := $(PREFIX)/share/man
PYTHON := /usr/bin/python3
PKG_CONFIG := pkg-config
INSTALL := install
CLANG := clang
CLANG_FORMAT := clang-format
PROCESSORS := $(shell nproc 2>/dev/null || echo 2)
# A test waits for two thirds of its time.
JOBS := $(shell echo $$(($(PROCESSORS) * 3 / 2)))
FUZZ_TIME := 30
SOAK := 1
FLAKE := 20

# One spelling, for it stands in the flags: another would rebuild everything.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))

comma := ,
empty :=
space := $(empty) $(empty)
define newline


endef

# The text as one word of the shell, whatever it contains.
quote = '$(subst ','\'',$(1))'

Q := $(if $(V),,@)
silent := $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
say = $(if $(V)$(silent),,@printf '  %-7s %s\n' $(1) $(call quote,$(2)))

# ---------------------------------------------------------------- sources

lib_dirs := base db sql schema migrate rows profile worker
lib_sources := $(wildcard src/duet.c $(lib_dirs:%=src/%/*.c))
cli_sources := $(wildcard src/cli/*.c)
tap_sources := $(wildcard tests/lib/*.c)
unit_sources := $(wildcard tests/unit/*.c)
flake_sources := $(wildcard tests/flake/*.c)
bench_sources := $(wildcard tests/bench/*.c)
fuzz_sources := $(filter-out %/standalone.c,$(wildcard tests/fuzz/*.c))
headers := $(wildcard src/*.h src/*/*.h)
sql_files := $(wildcard src/sql/sqlite/*.sql src/sql/postgres/*.sql \
	schema/*.sql migrations/*.sql)
page_files := $(wildcard src/schema/*.css src/schema/*.js)
c_files := $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])

gen := $(BUILD)/gen
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
gen_objects := $(gen)/sql_text.o $(gen)/report_text.o
lib_objects := $(call objects,$(lib_sources)) $(gen_objects)
cli_objects := $(call objects,$(cli_sources))
tap_objects := $(call objects,$(tap_sources))
fuzz_objects := $(call objects,$(fuzz_sources))
test_objects := $(tap_objects) $(fuzz_objects) \
	$(call objects,$(unit_sources) $(flake_sources) $(bench_sources) \
		tests/fuzz/standalone.c)

unit_programs := $(unit_sources:tests/%.c=$(BUILD)/%)
flake_programs := $(flake_sources:tests/%.c=$(BUILD)/%)
bench_programs := $(bench_sources:tests/%.c=$(BUILD)/%)
replay_programs := $(fuzz_sources:tests/fuzz/%.c=$(BUILD)/fuzz-replay/%)
fuzz_programs := $(fuzz_sources:tests/%.c=$(BUILD)/%)
c_tests := $(unit_programs) $(flake_programs) $(replay_programs)
cli_tests := $(sort $(wildcard tests/cli/*.t))

program := $(BUILD)/duet
archive := $(BUILD)/libduet.a
soname := libduet.so.$(ABI)
shared := $(BUILD)/libduet.so.$(VERSION)
shared_links := $(BUILD)/$(soname) $(BUILD)/libduet.so

# ------------------------------------------------------------------ flags

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wformat=2 -Wmissing-prototypes -Wpointer-arith -Wstrict-prototypes \
	-Wundef -Wvla -Wwrite-strings

# Quiet where it is not installed yet: `make check` and `make demo` see to that.
ask_pkg_config = command -v $(PKG_CONFIG) >/dev/null && $(PKG_CONFIG)

# Other people's headers are not ours to warn about: -I becomes -isystem.
pkg_cflags = $(patsubst -I%,-isystem%,$(shell $(ask_pkg_config) --cflags $(1)))
pkg_libs = $(shell $(ask_pkg_config) --libs $(1))
lib_packages := sqlite3 libmd zlib
lib_libs := $(call pkg_libs,$(lib_packages)) -lcsv -ldl
cli_libs := $(call pkg_libs,smartcols)
test_libs := $(call pkg_libs,libpq)

cppflags := -Isrc -I$(gen) -D_POSIX_C_SOURCE=200809L \
	-DDUET_VERSION='"$(VERSION)"' \
	$(call pkg_cflags,$(lib_packages) libpq smartcols) $(CPPFLAGS)
sanitize := $(if $(SANITIZE),-fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=$(subst $(space),$(comma),$(strip $(SANITIZE))))
instrument := $(sanitize) $(if $(COVERAGE),--coverage -O0)
cflags := -std=c11 -O2 -g -pthread $(warnings) $(if $(WERROR),-Werror) \
	$(instrument) $(CFLAGS)
ldflags := -pthread $(instrument) $(CFLAGS) $(LDFLAGS)

# What src/ alone is built with.  The library's objects serve the shared
# library, the archive and the program, so all of them are
# position-independent and show no symbol that is not marked as public.
src_flags := -include src/base/banned.h -fPIC -fvisibility=hidden
test_flags := -Itests -Itests/lib

compile = $(CC) $(cppflags) $(cflags)
flags := $(compile) | $(src_flags) | $(test_flags) | \
	$(ldflags) $(lib_libs) $(cli_libs) $(test_libs) $(LDLIBS) | $(AR) $(VERSION) $(ABI)
directories := $(PREFIX) | $(LIBDIR) | $(INCLUDEDIR) | $(VERSION)
sources := $(lib_sources) $(cli_sources) $(tap_sources) $(sql_files) \
	$(page_files)

# ---------------------------------------------------------------- targets

.PHONY: all deps tests check check-tests check-valgrind valgrind-tests asan \
	ubsan fuzz fuzz-run lint format check-format check-headers coverage \
	coverage-run bench bench-run soak soak-tests flake flake-run demo install \
	uninstall clean lint-flags FORCE
.SECONDARY:

all: $(program) $(archive) $(shared_links) $(BUILD)/duet.pc

tests: all $(c_tests)

# Three stamps, each rewritten when its text changes, so that what depends on
# it is made again: the flags, the directories that duet.pc names, and the
# set of source files (one that is gone must leave the archive, too).
define stamp
$(BUILD)/$(1): FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' $$(call quote,$$($(1))) | cmp -s - $$@ || \
		printf '%s\n' $$(call quote,$$($(1))) >$$@
endef
$(foreach name,flags directories sources,$(eval $(call stamp,$(name))))

$(lib_objects) $(cli_objects): private own_flags := $(src_flags)
$(test_objects): private own_flags := $(test_flags)

$(BUILD)/%.o: %.c $(BUILD)/flags | $(gen)/sql_text.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(compile) $(own_flags) -MMD -MP -c -o $@ $<

$(gen_objects): $(BUILD)/%.o: $(BUILD)/%.c $(BUILD)/flags
	$(call say,CC,$<)
	$(Q)$(compile) $(own_flags) -MMD -MP -c -o $@ $<

$(gen)/sql_text.h $(gen)/sql_text.c &: src/sql/embed.awk $(sql_files) \
		$(BUILD)/sources
	$(call say,EMBED,$(gen)/sql_text.c)
	@mkdir -p $(gen)
	$(Q)awk -v out=$(gen) -f src/sql/embed.awk $(sql_files) /dev/null

$(gen)/report_text.c: src/schema/embed.awk $(page_files) $(BUILD)/sources
	$(call say,EMBED,$@)
	@mkdir -p $(@D)
	$(Q)awk -f $< $(page_files) >$@

# ar only adds and replaces: an archive is made from nothing each time.
$(archive): $(lib_objects) $(BUILD)/sources
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(lib_objects)

# A sanitized library finds the sanitizer's symbols in the program only.
$(shared): $(lib_objects) $(BUILD)/flags $(BUILD)/sources
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -Wl,-soname,$(soname) $(if $(SANITIZE),,-Wl,-z,defs) \
		$(ldflags) -o $@ $(lib_objects) $(lib_libs) $(LDLIBS)

$(shared_links): $(shared)
	$(Q)ln -sf $(<F) $@

link = $(CC) $(ldflags) $(own_flags) -o $@ $(filter %.o,$^) $(archive) \
	$(own_libs) $(lib_libs) $(LDLIBS)

$(program): private own_libs := $(cli_libs)
$(program): $(cli_objects) $(archive) $(BUILD)/flags $(BUILD)/sources
	$(call say,LINK,$@)
	$(Q)$(link)

test_parts := $(tap_objects) $(archive) $(BUILD)/flags $(BUILD)/sources

# Tests ask a server without the driver, too.
$(c_tests) $(bench_programs) $(fuzz_programs): private own_libs := $(test_libs)

# The oracle of the lexer and of the splitter.
$(BUILD)/unit/token_postgres $(BUILD)/unit/script_postgres: \
	private own_libs := -lpg_query $(test_libs)

$(unit_programs) $(flake_programs) $(bench_programs): $(BUILD)/%: \
		$(BUILD)/tests/%.o $(test_parts)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(link)

$(replay_programs): $(BUILD)/fuzz-replay/%: $(BUILD)/tests/fuzz/%.o \
		$(BUILD)/tests/fuzz/standalone.o $(test_parts)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(link)

$(fuzz_programs): private own_flags := -fsanitize=fuzzer
$(fuzz_programs): $(BUILD)/%: $(BUILD)/tests/%.o $(archive) $(BUILD)/flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(link)

# The text as a replacement in sed's s|||.
sed_text = $(subst |,\|,$(subst &,\&,$(subst \,\\,$(1))))
sed_set = -e $(call quote,s|@$(1)@|$(call sed_text,$(2))|g)

$(BUILD)/duet.pc: src/duet.pc.in $(BUILD)/directories
	$(call say,GEN,$@)
	$(Q)sed $(call sed_set,PREFIX,$(PREFIX)) \
		$(call sed_set,LIBDIR,$(LIBDIR)) \
		$(call sed_set,INCLUDEDIR,$(INCLUDEDIR)) \
		$(call sed_set,VERSION,$(VERSION)) $< >$@

-include $(patsubst %.o,%.d,$(lib_objects) $(cli_objects) $(test_objects))

# ------------------------------------------------------------------ tests

# The packages come first, and pkg-config is asked when make starts: what
# may have been installed a moment ago is seen by a second make only.
deps:
	@ci/deps build test

check: deps
	@$(MAKE) --no-print-directory check-tests

test_environment = BUILD=$(call quote,$(abspath $(BUILD))) TESTS=tests \
	CC=$(call quote,$(CC)) INSTRUMENTED=$(call quote,$(strip $(instrument)))
with_postgres := tests/lib/with-postgres
prove = $(test_environment) $(with_postgres) \
	prove --timer -j $(JOBS) --exec tests/lib/run
selected = $(or $(ONLY),$(1))

check-tests: tests
	@$(prove) $(call selected,$(c_tests) $(cli_tests))

asan ubsan: deps
	@$(MAKE) --no-print-directory check-tests BUILD=$(BUILD)/asan \
		SANITIZE='address undefined'

check-valgrind: deps
	@$(MAKE) --no-print-directory valgrind-tests

valgrind := valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite \
	--suppressions=$(CURDIR)/tests/lib/valgrind.supp

# Here none waits.
valgrind-tests: JOBS := $(PROCESSORS)
valgrind-tests: $(unit_programs)
	@WRAP='$(valgrind)' $(prove) $(call selected,$(unit_programs))

soak: deps
	@$(MAKE) --no-print-directory soak-tests

soak-tests: tests
	@SOAK=$(call quote,$(SOAK)) \
		$(prove) $(call selected,$(c_tests) $(cli_tests))

# `make check` tries each hypothesis of tests/flake for some seconds; here it
# is FLAKE times as often, and what came of it is printed.
flake: deps
	@$(MAKE) --no-print-directory flake-run

flake-run: $(flake_programs)
	@SOAK=$(call quote,$(FLAKE)) $(prove) $(call selected,$(flake_programs))
	@cat $(patsubst %,%.txt,$(call selected,$(flake_programs))) \
		>$(BUILD)/flake/report.txt
	@cat $(BUILD)/flake/report.txt

bench: deps
	@$(MAKE) --no-print-directory bench-run

# What clear is about is shorter than the wait for a processor to wake up.
bench_alone := $(BUILD)/bench/clear

bench-run: all $(bench_programs)
	@$(test_environment) tests/lib/on-one-processor $(with_postgres) \
		$(bench_alone)
	@$(test_environment) $(with_postgres) sh -ec \
		'for program; do "$$program"; done' bench \
		$(filter-out $(bench_alone),$(bench_programs))

# Each target runs for FUZZ_TIME seconds; what it finds new stays under
# build/, a file worth keeping is copied into tests/fuzz/corpus/ by hand.
fuzz:
	@$(MAKE) --no-print-directory fuzz-run CC=$(CLANG) \
		BUILD=$(BUILD)/fuzzing SANITIZE='fuzzer-no-link address undefined'

fuzz-run: $(fuzz_programs)
	@for program in $(fuzz_programs); do \
		name=$${program##*/}; found=$(BUILD)/found/$$name; \
		mkdir -p "$$found" "tests/fuzz/corpus/$$name" && \
		"$$program" -max_total_time=$(FUZZ_TIME) -print_final_stats=1 \
			-artifact_prefix="$$found-" "$$found" \
			"tests/fuzz/corpus/$$name" || exit 1; \
	done

coverage: deps
	@$(MAKE) --no-print-directory coverage-run BUILD=$(BUILD)/coverage \
		COVERAGE=1

coverage-run:
	@rm -rf $(BUILD)
	@$(MAKE) --no-print-directory check-tests
	@gcov -n $(call objects,$(lib_sources) $(cli_sources)) 2>/dev/null | \
		awk -f ci/coverage.awk

# ------------------------------------------------------------------- lint

lint:
	@ci/lint

# How a file is compiled, for the tools of ci/lint.
lint-flags: $(gen)/sql_text.h
	@printf '%s\n' $(call quote,-std=c11 $(warnings) $(cppflags) \
		$(test_flags))

format:
	$(Q)$(CLANG_FORMAT) -i $(c_files)

check-format:
	$(Q)$(CLANG_FORMAT) --dry-run -Werror $(c_files)

# A header that lacks an include works only after the right other one.  The
# public one must also suit those who use it.
syntax = $(call say,HEADER,$(1)) $(newline)	$(Q)$(2) -Werror -fsyntax-only $(1)
check_header = $(call syntax,$(1),$(compile) $(src_flags) -x c)
public_warnings := -Wall -Wextra -Wpedantic

check-headers: $(gen)/sql_text.h
	$(foreach h,$(headers) $(gen)/sql_text.h,$(call check_header,$(h))$(newline)	)
	$(call syntax,src/duet.h,$(CC) -std=c99 $(public_warnings) -x c)
	$(call syntax,src/duet.h,$(CXX) -std=c++98 $(public_warnings) -x c++)

# ------------------------------------------------------- install and demo

# Only what building needs: the demo has to work where no server can be had.
demo:
	@ci/deps build
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(test_environment) PATH="$(abspath $(BUILD)):$$PATH" \
		$(with_postgres) --optional ci/demo

to = $(call quote,$(DESTDIR)$(1))

# The package for pytest goes where PYTHON looks under PREFIX, if it does.
python_looks = $(shell $(PYTHON) -c \
	'import site; print(*site.getsitepackages())' 2>/dev/null)
PYTHONDIR = $(firstword $(filter $(PREFIX)/lib/%,$(python_looks)) \
	$(PREFIX)/lib/python3/dist-packages)
python_package = $(PYTHONDIR)/pytest_duet
python_info = $(PYTHONDIR)/pytest_duet-$(VERSION).dist-info

installed := $(PREFIX)/bin/duet \
	$(LIBDIR)/libduet.a $(LIBDIR)/$(notdir $(shared)) $(LIBDIR)/$(soname) \
	$(LIBDIR)/libduet.so $(LIBDIR)/pkgconfig/duet.pc \
	$(INCLUDEDIR)/duet.h $(MANDIR)/man1/duet.1 $(MANDIR)/man3/duet.3
manual_1 := $(wildcard src/cli/duet.1)
manual_3 := $(wildcard src/duet.3)

install: all
	$(Q)$(INSTALL) -d $(call to,$(PREFIX)/bin) \
		$(call to,$(LIBDIR)/pkgconfig) $(call to,$(INCLUDEDIR)) \
		$(call to,$(MANDIR)/man1) $(call to,$(MANDIR)/man3)
	$(Q)$(INSTALL) -m 755 $(program) $(call to,$(PREFIX)/bin)
	$(Q)$(INSTALL) -m 644 $(archive) $(call to,$(LIBDIR))
	$(Q)$(INSTALL) -m 755 $(shared) $(call to,$(LIBDIR))
	$(Q)cp -P $(shared_links) $(call to,$(LIBDIR))
	$(Q)$(INSTALL) -m 644 $(BUILD)/duet.pc $(call to,$(LIBDIR)/pkgconfig)
	$(Q)$(INSTALL) -m 644 src/duet.h $(call to,$(INCLUDEDIR))
	$(if $(manual_1),$(Q)$(INSTALL) -m 644 $(manual_1) $(call to,$(MANDIR)/man1))
	$(if $(manual_3),$(Q)$(INSTALL) -m 644 $(manual_3) $(call to,$(MANDIR)/man3))
	$(Q)$(INSTALL) -d $(call to,$(python_package)) $(call to,$(python_info))
	$(Q)$(INSTALL) -m 644 $(wildcard src/pytest/pytest_duet/*.py) \
		src/pytest/pytest_duet/py.typed $(call to,$(python_package))
	$(Q)printf '%s\n' 'Metadata-Version: 2.1' 'Name: pytest-duet' \
		'Version: $(VERSION)' >$(call to,$(python_info)/METADATA)
	$(Q)printf '%s\n' '[pytest11]' 'pytest_duet.plugin = pytest_duet.plugin' \
		>$(call to,$(python_info)/entry_points.txt)
	$(if $(DESTDIR),,-$(Q)ldconfig 2>/dev/null || :)

uninstall:
	$(Q)rm -f $(foreach path,$(installed),$(call to,$(path)))
	$(Q)rm -rf $(call to,$(python_package)) $(call to,$(python_info))

clean:
	$(Q)rm -rf $(BUILD)
