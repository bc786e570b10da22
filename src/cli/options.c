#include "cli/options.h"

#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "cli/option_value.h"
#include "cli/suggest.h"

const struct option_spec global_options[] = {
    {"url", 'u', OPTION_TEXT, offsetof(struct global_options, url), "URL",
     "work in the database at URL: sqlite:PATH or postgresql://..."},
    {"profile", 'p', OPTION_TEXT, offsetof(struct global_options, profile),
     "NAME", "work in the profile NAME"},
    {"json", 0, OPTION_FLAG, offsetof(struct global_options, json), NULL,
     "write JSON, errors too"},
    {"verbose", 'v', OPTION_FLAG, offsetof(struct global_options, verbose),
     NULL, "show each SQL statement and its time"},
    {"quiet", 'q', OPTION_FLAG, offsetof(struct global_options, quiet), NULL,
     "no remarks and no progress on stderr"},
    {"help", 'h', OPTION_FLAG, offsetof(struct global_options, help), NULL,
     "show help, with an example"},
    {"version", 0, OPTION_FLAG, offsetof(struct global_options, version), NULL,
     "show the version"},
    {0},
};

/* How far the reading is. */
struct reader {
    struct command_line *line;
    struct arena *arena;
    const char *const *argv; /* what comes next */
    size_t skip;             /* words left that name the command */
    struct duet_error *err;
};

/* ------------------------------------------------------------------------
 * Finding
 */

static const struct option_spec *
find_long(const struct option_spec *specs, const char *name, size_t len)
{
    for (; specs != NULL && specs->name != NULL; specs++)
        if (strlen(specs->name) == len && memcmp(specs->name, name, len) == 0)
            return specs;
    return NULL;
}

static const struct option_spec *
find_letter(const struct option_spec *specs, char letter)
{
    for (; specs != NULL && specs->name != NULL; specs++)
        if (specs->letter == letter)
            return specs;
    return NULL;
}

/* TEXT is an option as it stands on the command line, dashes included. */
static const struct option_spec *
find_option(const struct option_spec *specs, const char *text)
{
    if (text[1] == '-')
        return find_long(specs, text + 2, strcspn(text + 2, "="));
    return find_letter(specs, text[1]);
}

static const struct option_spec *
find_anywhere(const struct command *const *all, const char *text)
{
    const struct option_spec *spec = NULL;

    for (; all != NULL && *all != NULL && spec == NULL; all++) {
        spec = find_option((*all)->options, text);
        if (spec == NULL)
            spec = find_anywhere((*all)->subcommands, text);
    }
    return spec;
}

static bool
is_option(const char *text)
{
    return text[0] == '-' && text[1] != '\0';
}

/* What follows an option is not its value if it is a long option itself. */
static bool
can_be_value(const char *text)
{
    return text != NULL && strncmp(text, "--", 2) != 0;
}

/*
 * The option takes the next word for its value.  This is asked before it is
 * known which command the option belongs to, so one name takes a value in
 * every command or in none.
 */
static bool
takes_next(const struct command *const *all, const char *text)
{
    const struct option_spec *spec = find_option(global_options, text);

    if (spec == NULL)
        spec = find_anywhere(all, text);
    if (spec == NULL || spec->kind == OPTION_FLAG)
        return false;
    return text[1] == '-' ? strchr(text, '=') == NULL : text[2] == '\0';
}

/* The words that are neither options nor their values. */
static size_t
find_words(const char **words, const struct command *const *all,
           const char *const *argv, struct global_options *global)
{
    size_t nwords = 0;
    bool only_words = false;

    for (; *argv != NULL; argv++) {
        if (only_words || !is_option(*argv)) {
            words[nwords++] = *argv;
        } else if (strcmp(*argv, "--") == 0) {
            only_words = true;
        } else {
            global->json |= strcmp(*argv, "--json") == 0;
            if (takes_next(all, *argv) && can_be_value(argv[1]))
                argv++;
        }
    }
    return nwords;
}

/* WITHIN is the command that ALL belong to, or NULL. */
static bool
unknown_command(const struct command *const *all, const char *word,
                const struct command *within, struct duet_error *err)
{
    struct suggestion suggestion = {.word = word};
    const char *name = within ? within->name : "";
    const char *space = within ? " " : "";

    for (; *all != NULL; all++)
        suggestion_try(&suggestion, (*all)->name);
    (void)err_set(err, DUET_ERROR_USAGE, "unknown command '%s%s%s'", name,
                  space, word);
    if (suggestion.best != NULL)
        return err_hint(err, "did you mean '%s%s%s'?", name, space,
                        suggestion.best);
    return err_hint(err, "'duet%s%s --help' lists the commands", space, name);
}

static const struct command *
find_by_name(const struct command *const *all, const char *name)
{
    for (; *all != NULL; all++)
        if (strcmp((*all)->name, name) == 0)
            return *all;
    return NULL;
}

/* A group of commands is an answer, too: its help is asked for by its name. */
const struct command *
command_find(const struct command *const *all, const char *const *words,
             size_t nwords, size_t *used, struct duet_error *err)
{
    const struct command *command = NULL;

    *used = 0;
    while (all != NULL && *used < nwords) {
        const struct command *next = find_by_name(all, words[*used]);

        if (next == NULL) {
            (void)unknown_command(all, words[*used], command, err);
            return NULL;
        }
        command = next;
        all = command->subcommands;
        ++*used;
    }
    return command;
}

/* ------------------------------------------------------------------------
 * Reading
 */

static void
try_names(struct suggestion *suggestion, const struct option_spec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++)
        suggestion_try(suggestion, specs->name);
}

static bool
unknown_option(struct reader *reader, const char *text)
{
    const struct command *command = reader->line->command;
    size_t len = text[1] == '-' ? strcspn(text, "=") : 2;
    char *name = arena_copy(reader->arena, text, len);
    struct suggestion suggestion = {.word = name + 2};

    (void)err_set(reader->err, DUET_ERROR_USAGE, "unknown option '%s'", name);
    if (text[1] == '-') {
        try_names(&suggestion, global_options);
        if (command != NULL)
            try_names(&suggestion, command->options);
    }
    if (suggestion.best != NULL)
        return err_hint(reader->err, "did you mean '--%s'?", suggestion.best);
    return err_hint(reader->err, "'duet%s%s --help' lists the options",
                    command ? " " : "", command ? reader->line->path : "");
}

static bool
needs_value(struct reader *reader, const struct option_spec *spec)
{
    const char *next = reader->argv[0];

    (void)err_set(reader->err, DUET_ERROR_USAGE, "option '--%s' needs a value",
                  spec->name);
    if (next == NULL)
        return err_hint(reader->err, "write --%s %s", spec->name,
                        spec->argument);
    return err_hint(reader->err, "write --%s=%s if '%s' is the value",
                    spec->name, next, next);
}

/* The option, and in ARGS the struct that it is a field of. */
static const struct option_spec *
find_either(struct reader *reader, const char *text, void **args)
{
    struct command_line *line = reader->line;
    const struct option_spec *spec = find_option(global_options, text);

    *args = &line->global;
    if (spec != NULL || line->command == NULL)
        return spec;
    *args = line->args;
    return find_option(line->command->options, text);
}

/* VALUE is what stands in the same word, or NULL. */
static bool
read_value(struct reader *reader, const struct option_spec *spec, void *args,
           const char *value)
{
    if (value == NULL) {
        if (!can_be_value(reader->argv[0]))
            return needs_value(reader, spec);
        value = *reader->argv++;
    }
    return option_store(reader->arena, spec, args, value, reader->err);
}

static bool
read_long(struct reader *reader, const char *text)
{
    const char *equals = strchr(text, '=');
    void *args;
    const struct option_spec *spec = find_either(reader, text, &args);

    if (spec == NULL)
        return unknown_option(reader, text);
    if (spec->kind != OPTION_FLAG)
        return read_value(reader, spec, args, equals ? equals + 1 : NULL);
    if (equals != NULL)
        return err_set(reader->err, DUET_ERROR_USAGE,
                       "option '--%s' takes no value", spec->name);
    return option_store(reader->arena, spec, args, NULL, reader->err);
}

/* One letter with its value, or several that are flags. */
static bool
read_letters(struct reader *reader, const char *text)
{
    for (const char *at = text + 1; *at != '\0'; at++) {
        const char option[] = {'-', *at, '\0'};
        void *args;
        const struct option_spec *spec = find_either(reader, option, &args);

        if (spec == NULL)
            return unknown_option(reader, option);
        if (spec->kind != OPTION_FLAG)
            return read_value(reader, spec, args, at[1] ? at + 1 : NULL);
        if (!option_store(reader->arena, spec, args, NULL, reader->err))
            return false;
    }
    return true;
}

static void
read_word(struct reader *reader, const char *word)
{
    struct command_line *line = reader->line;

    if (reader->skip > 0)
        reader->skip--;
    else
        line->operands[line->noperands++] = word;
}

static bool
read_words(struct reader *reader)
{
    bool only_words = false;

    while (*reader->argv != NULL) {
        const char *text = *reader->argv++;
        bool well = true;

        if (only_words || !is_option(text))
            read_word(reader, text);
        else if (strcmp(text, "--") == 0)
            only_words = true;
        else if (text[1] == '-')
            well = read_long(reader, text);
        else
            well = read_letters(reader, text);
        if (!well)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------
 * Operands
 */

/* The next word of a synopsis, or NULL; what is in brackets is one word. */
static const char *
synopsis_word(const char **synopsis, size_t *len)
{
    const char *start = *synopsis + strspn(*synopsis, " ");
    const char *end = start;
    int depth = 0;

    for (; *end != '\0' && (depth > 0 || *end != ' '); end++)
        depth += (*end == '[') - (*end == ']');
    *synopsis = end;
    *len = (size_t)(end - start);
    return end == start ? NULL : start;
}

void
operands_count(const char *synopsis, size_t *least, size_t *most)
{
    const char *word;
    size_t len;

    *least = *most = 0;
    while ((word = synopsis_word(&synopsis, &len)) != NULL) {
        *least += word[0] != '[';
        *most += *most != SIZE_MAX;
        if (len > 3 && memcmp(word + len - 3, "...", 3) == 0)
            *most = SIZE_MAX;
    }
}

static bool
missing_operand(struct reader *reader, const char *synopsis, size_t number)
{
    struct command_line *line = reader->line;
    const char *word;
    size_t len = 0;

    for (size_t i = 0; (word = synopsis_word(&synopsis, &len)) != NULL; i++)
        if (i == number)
            break;
    (void)err_set(reader->err, DUET_ERROR_USAGE, "no %.*s given", (int)len,
                  word ? word : "");
    return err_hint(reader->err, "write duet %s %s", line->path,
                    line->command->operands);
}

static bool
check_operands(struct reader *reader)
{
    struct command_line *line = reader->line;
    const char *synopsis = line->command->operands;
    size_t least, most;

    operands_count(synopsis, &least, &most);
    if (line->noperands < least)
        return missing_operand(reader, synopsis, line->noperands);
    if (line->noperands <= most)
        return true;
    (void)err_set(reader->err, DUET_ERROR_USAGE, "unexpected operand '%s'",
                  line->operands[most]);
    return err_hint(reader->err, "write duet %s%s%s, or see 'duet %s --help'",
                    line->path, *synopsis ? " " : "", synopsis, line->path);
}

/* `profile` alone is no command. */
static bool
check_complete(struct reader *reader)
{
    const struct command_line *line = reader->line;
    const struct command *const *within = line->command->subcommands;
    const char *names = "";

    if (within == NULL)
        return check_operands(reader);
    for (size_t i = 0; within[i] != NULL; i++)
        names = arena_printf(reader->arena, "%s%s%s", names, i ? "|" : "",
                             within[i]->name);
    (void)err_set(reader->err, DUET_ERROR_USAGE, "'%s' is a group of commands",
                  line->path);
    return err_hint(reader->err, "write duet %s %s", line->path, names);
}

static size_t
count_words(const char *const *argv)
{
    size_t count = 0;

    while (argv[count] != NULL)
        count++;
    return count;
}

const char *
words_join(struct arena *arena, const char *const *words, size_t nwords)
{
    const char *path = words[0];

    for (size_t i = 1; i < nwords; i++)
        path = arena_printf(arena, "%s %s", path, words[i]);
    return path;
}

bool
options_read(struct command_line *line, struct arena *arena,
             const struct command *const *all, const char *const *argv,
             struct duet_error *err)
{
    struct reader reader = {
        .line = line, .arena = arena, .argv = argv, .err = err};
    const char **words =
        arena_array(arena, count_words(argv) + 1, sizeof *words);
    size_t nwords = find_words(words, all, argv, &line->global);

    line->command = command_find(all, words, nwords, &reader.skip, err);
    if (nwords > 0 && line->command == NULL)
        return false;
    if (line->command != NULL) {
        line->path = words_join(arena, words, reader.skip);
        line->args = arena_alloc(arena, line->command->args_size + 1);
    }
    line->operands = arena_array(arena, nwords + 1, sizeof *line->operands);
    if (!read_words(&reader))
        return false;
    if (line->command == NULL || line->global.help || line->global.version)
        return true;
    return check_complete(&reader);
}
