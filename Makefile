# The engine behind ./dev: builds build/tandem and the tests. Variants go to folders of their own:
#   make                      build/tandem
#   make VARIANT=asan test-bin
# Everything under src/ is compiled; generated sources go to $(OUT)/gen.

VARIANT ?= release
OUT := $(if $(filter release,$(VARIANT)),build,build/$(VARIANT))
GEN := $(OUT)/gen
TOOLS := build/tools
CC ?= gcc

PACKAGES := libmicrohttpd sqlite3 libpq jansson libsodium libcrypto libutf8proc libpsl libcurl zlib libqrencode libfido2 xlsxwriter
WARN := -std=c11 -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
        -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wimplicit-fallthrough
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE -D_FORTIFY_SOURCE=2
DEFS := -D_GNU_SOURCE -include src/base/banned.h
OPT := -O2 -g -fno-omit-frame-pointer
LINK := -pie -Wl,-z,relro,-z,now -rdynamic

ifeq ($(VARIANT),asan)
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -DTANDEM_DEBUG_ARENA
  HARDEN := -fPIE
endif
ifeq ($(VARIANT),tsan)
  # gcc loses sight of what is set behind a pointer once this sanitizer has been at the code, which knows no fences: ours
  # are about memory that SQLite shares between processes
  OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-maybe-uninitialized -Wno-tsan
  HARDEN := -fPIE
endif
ifeq ($(VARIANT),fuzz)
  CC := clang
  OPT := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -DTANDEM_DEBUG_ARENA
  HARDEN := -fPIE
endif

CFLAGS := $(WARN) $(HARDEN) $(OPT) $(DEFS) -Isrc -I$(GEN) $(shell pkg-config --cflags $(PACKAGES))
LIBS := $(shell pkg-config --libs $(PACKAGES)) -lcmark-gfm -lcmark-gfm-extensions -lm -lpthread

SRC := $(sort $(shell find src -name '*.c'))
TEMPLATES := $(sort $(shell find src web -name '*.html' 2>/dev/null))
LIB_OBJ := $(patsubst src/%.c,$(OUT)/obj/%.o,$(filter-out src/app/main.c,$(SRC)))
TPL_OBJ := $(patsubst %.html,$(OUT)/obj/tpl/%.o,$(TEMPLATES))
TPL_H := $(patsubst src/%.html,$(GEN)/%.html.h,$(filter src/%,$(TEMPLATES))) \
         $(patsubst web/%.html,$(GEN)/web/%.html.h,$(filter web/%,$(TEMPLATES)))
GEN_OBJ := $(OUT)/obj/gen/texts.o $(OUT)/obj/gen/migrations.o $(OUT)/obj/gen/assets.o $(OUT)/obj/gen/messages.o
TESTS := $(patsubst tests/unit/%.c,$(OUT)/tests/%,$(sort $(wildcard tests/unit/*.c)))

# V=1 shows every command
ifndef V
.SILENT:
endif

all: $(OUT)/tandem

$(OUT)/tandem: $(OUT)/obj/app/main.o $(OUT)/libtandem.a
	$(CC) $(OPT) $(LINK) -o $@ $^ $(LIBS)

$(OUT)/libtandem.a: $(LIB_OBJ) $(TPL_OBJ) $(GEN_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(OUT)/obj/%.o: src/%.c | $(TPL_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# its header uses what src/base/banned.h bans, so that it comes first
$(OUT)/obj/face/export_xlsx.o: CFLAGS := -include xlsxwriter.h $(CFLAGS)

# templates: X.html -> X.html.c and X.html.h
$(TOOLS)/%: tools/%.c
	@mkdir -p $(@D)
	gcc -std=c11 -O1 -g -Wall -Wextra -Werror -D_GNU_SOURCE -o $@ $< -lz
$(GEN)/web/%.html.c $(GEN)/web/%.html.h &: web/%.html $(TOOLS)/template
	@mkdir -p $(@D)
	$(TOOLS)/template $< $(GEN)/web/$*.html.c $(GEN)/web/$*.html.h
$(GEN)/%.html.c $(GEN)/%.html.h &: src/%.html $(TOOLS)/template
	@mkdir -p $(@D)
	$(TOOLS)/template $< $(GEN)/$*.html.c $(GEN)/$*.html.h
$(OUT)/obj/tpl/src/%.o: $(GEN)/%.html.c | $(TPL_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(OUT)/obj/tpl/web/%.o: $(GEN)/web/%.html.c | $(TPL_H)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# files that become tables: migrations, static files, messages
$(GEN)/migrations.c: $(wildcard migrations/*.sql) $(TOOLS)/embed
	@mkdir -p $(@D)
	$(TOOLS)/embed migrations $@ $(sort $(wildcard migrations/*.sql))
TEXTS := programme_default=src/domain/programme/default.json
$(GEN)/texts.c: src/domain/programme/default.json $(TOOLS)/embed
	@mkdir -p $(@D)
	$(TOOLS)/embed texts $@ $(TEXTS)
$(GEN)/assets.c: $(shell find web/static -type f 2>/dev/null) $(wildcard node_modules/.package-lock.json) tools/assets.sh $(TOOLS)/embed
	@mkdir -p $(@D)
	tools/assets.sh $(TOOLS)/embed $@
$(GEN)/messages.c: $(wildcard po/*.po) $(TOOLS)/messages
	@mkdir -p $(@D)
	$(TOOLS)/messages $@ $(sort $(wildcard po/*.po))
$(OUT)/obj/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# unit tests: one binary per file under tests/unit
test-bin: $(TESTS)
$(GEN)/tests/%.html.c $(GEN)/tests/%.html.h &: tests/templates/%.html $(TOOLS)/template
	@mkdir -p $(@D)
	$(TOOLS)/template $< $(GEN)/tests/$*.html.c $(GEN)/tests/$*.html.h
$(OUT)/tests/template: $(GEN)/tests/sample.html.c tools/template.c
$(OUT)/tests/%: tests/unit/%.c $(OUT)/libtandem.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -MMD -MP -o $@ $< $(OUT)/libtandem.a $(LINK) -lcmocka $(LIBS)

# fuzz targets: VARIANT=fuzz links libFuzzer, any other variant a driver that runs a corpus once
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,$(OUT)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz-bin: $(FUZZ)
$(OUT)/fuzz/%: tests/fuzz/fuzz_%.c $(if $(filter fuzz,$(VARIANT)),,tests/fuzz/driver.c) $(OUT)/libtandem.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $(filter %.c,$^) $(OUT)/libtandem.a $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer) $(LINK) $(LIBS)

# what ./dev bench runs
BENCH := $(addprefix $(OUT)/bench/bin/,seed deals load raw idle names rules due fit chances)
bench-bin: $(BENCH)
BENCH_SHARED := tests/bench/client.c tests/bench/bulk.c
$(OUT)/bench/bin/%: tests/bench/%.c $(BENCH_SHARED) $(OUT)/libtandem.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -I. -MMD -MP -o $@ $< $(BENCH_SHARED) $(OUT)/libtandem.a $(LINK) $(LIBS)

# what the program is made of, as SPDX
sbom: $(OUT)/tandem.spdx.json
$(OUT)/tandem.spdx.json: $(OUT)/tandem tools/sbom.mjs package-lock.json
	node tools/sbom.mjs $< >$@.new && mv $@.new $@

# What a package would hold. The units only where systemd is meant: SYSTEMD= leaves them out.
PREFIX ?= /usr/local
UNITS ?= $(PREFIX)/lib/systemd/system
SYSTEMD ?= yes
install: $(OUT)/tandem $(OUT)/tandem.spdx.json
	install -D -m 755 $(OUT)/tandem $(DESTDIR)$(PREFIX)/bin/tandem
	install -d $(DESTDIR)$(PREFIX)/share/doc/tandem/proxy $(DESTDIR)$(PREFIX)/share/doc/tandem/patroni
	install -m 644 docs/*.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/tandem
	install -m 644 $(OUT)/tandem.spdx.json $(DESTDIR)$(PREFIX)/share/doc/tandem
	install -m 644 contrib/proxy/* $(DESTDIR)$(PREFIX)/share/doc/tandem/proxy
	install -m 644 contrib/patroni/* $(DESTDIR)$(PREFIX)/share/doc/tandem/patroni
ifneq ($(SYSTEMD),)
	install -D -m 644 contrib/systemd/tandem.socket $(DESTDIR)$(UNITS)/tandem.socket
	sed 's|@PREFIX@|$(PREFIX)|g' contrib/systemd/tandem.service >$(OUT)/tandem.service
	install -D -m 644 $(OUT)/tandem.service $(DESTDIR)$(UNITS)/tandem.service
	install -D -m 644 contrib/systemd/tandem.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/tandem.conf
endif

clean:
	rm -rf build

# for tools/lint.sh
print-cflags:
	@echo '-include xlsxwriter.h $(CFLAGS)'

.PHONY: all test-bin fuzz-bin bench-bin sbom install clean print-cflags
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(TPL_OBJ:.o=.d) $(OUT)/obj/app/main.d $(TESTS:=.d) $(BENCH:=.d)
