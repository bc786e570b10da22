/*
 * Reading a command line.  The program's own sources are no part of the
 * library, so this test includes what it tries.
 */
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "cli/options.c"
#include "cli/option_value.c"
#include "cli/suggest.c"
/* NOLINTEND(bugprone-suspicious-include) */

#include "tap.h"

struct pour_args {
    const char *into;
    bool slowly;
    const char *const *only;
    const char *const *set;
    unsigned size;
    unsigned wait;
};

static const struct option_spec pour_options[] = {
    {"into", 'i', OPTION_TEXT, offsetof(struct pour_args, into), "CUP", ""},
    {"slowly", 's', OPTION_FLAG, offsetof(struct pour_args, slowly), NULL, ""},
    {"only", 'o', OPTION_LIST, offsetof(struct pour_args, only), "TEA", ""},
    {"set", 0, OPTION_TEXTS, offsetof(struct pour_args, set), "A=B", ""},
    {"size", 0, OPTION_CHOICE, offsetof(struct pour_args, size),
     "small|middle|large", ""},
    {"wait", 'w', OPTION_DURATION, offsetof(struct pour_args, wait), "TIME",
     ""},
    {0},
};

static const struct command pour = {
    .name = "pour",
    .operands = "TEA [GUEST]...",
    .args_size = sizeof(struct pour_args),
    .options = pour_options,
};

static const struct command wash = {.name = "wash", .operands = ""};
static const struct command dry = {.name = "dry", .operands = "[TOWEL]"};
static const struct command *const kitchen_commands[] = {&wash, &dry, NULL};
static const struct command kitchen = {
    .name = "kitchen",
    .operands = "",
    .subcommands = kitchen_commands,
};

static const struct command *const all_commands[] = {&pour, &kitchen, NULL};

/* What was read last. */
static struct arena arena;
static struct command_line line;
static struct duet_error err;

/* Words are split at blanks; '_' stands for a blank in a word. */
static bool
reads(const char *text)
{
    const char *argv[32] = {NULL};
    size_t count = 0;

    arena_clear(&arena);
    line = (struct command_line){0};
    err = (struct duet_error){0};
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t len = strcspn(text, " ");
        char *word = arena_copy(&arena, text, len);

        for (char *at = word; *at != '\0'; at++)
            *at = *at == '_' ? ' ' : *at;
        argv[count++] = word;
        text += len;
    }
    return options_read(&line, &arena, all_commands, argv, &err);
}

static const struct pour_args *
poured(void)
{
    return line.args;
}

static void
refuses(const char *text, const char *message, const char *hint)
{
    OK(!reads(text) && err.kind == DUET_ERROR_USAGE, "refuses '%s'", text);
    IS_TEXT(err.text, message, "... and says why");
    if (hint != NULL)
        IS_TEXT(err.hint, hint, "... and what to do");
}

static void
test_places(void)
{
    static const char *const texts[] = {
        "pour assam --into mug -s",      "--into mug -s pour assam",
        "-s --into=mug pour assam",      "pour -simug assam",
        "pour --slowly -i mug assam",    "-i mug pour -s -- assam",
        "pour --into x -i mug assam -s",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        OK(reads(texts[i]) && line.command == &pour && poured()->slowly &&
               line.noperands == 1 && strcmp(line.operands[0], "assam") == 0,
           "reads '%s'", texts[i]);
        IS_TEXT(poured()->into, "mug", "... and the value");
    }
}

static void
test_values(void)
{
    OK(reads("pour tea --only=a,b -o c") && poured()->only != NULL, "a list");
    IS_INT(list_len(poured()->only), 3, "split at commas, and continued");
    IS_TEXT(poured()->only[1], "b", "in order");
    OK(reads("pour tea --set a=1,2 --set b="), "a list of texts");
    IS_INT(list_len(poured()->set), 2, "is not split");
    IS_TEXT(poured()->set[0], "a=1,2", "a comma is part of the value");
    OK(reads("pour tea") && poured()->set == NULL && poured()->wait == 0,
       "what is not given is zero");
    OK(reads("pour tea --size large") && poured()->size == 2, "a choice");
    OK(reads("pour tea -w 300ms") && poured()->wait == 300, "milliseconds");
    OK(reads("pour tea -w5s") && poured()->wait == 5000, "seconds");
    OK(reads("pour tea -w 2m") && poured()->wait == 120000, "minutes");
    OK(reads("pour tea -w 1h") && poured()->wait == 3600000, "hours");
    OK(reads("pour - --into=") && line.operands[0][0] == '-', "a lone dash");
    IS_TEXT(poured()->into, "", "an empty value");
    OK(reads("pour tea -- --size -x") && line.noperands == 3,
       "after -- all are operands");
    OK(reads("pour tea --into -1"), "a value may start with a dash");
    IS_TEXT(poured()->into, "-1", "... and is taken whole");
}

static void
test_wrong_values(void)
{
    refuses("pour tea --wait 5", "option '--wait' can't be '5'",
            "it takes a time above zero, such as 300ms, 5s or 2m");
    refuses("pour tea --wait 0s", "option '--wait' can't be '0s'", NULL);
    refuses("pour tea --wait=-5s", "option '--wait' can't be '-5s'", NULL);
    refuses("pour tea --wait 9999999h", "option '--wait' can't be '9999999h'",
            NULL);
    refuses("pour tea --wait 99999999999999999999s",
            "option '--wait' can't be '99999999999999999999s'", NULL);
    refuses("pour tea --wait=", "option '--wait' can't be ''", NULL);
    refuses("pour tea --size huge", "option '--size' can't be 'huge'",
            "it takes small|middle|large");
    refuses("pour tea --size small|middle",
            "option '--size' can't be 'small|middle'", NULL);
    refuses("pour tea --only a,,b", "option '--only' has an empty TEA", NULL);
    refuses("pour tea --slowly=yes", "option '--slowly' takes no value", NULL);
    refuses("pour tea --into", "option '--into' needs a value",
            "write --into CUP");
    refuses("pour tea --into --slowly", "option '--into' needs a value",
            "write --into=--slowly if '--slowly' is the value");
}

static void
test_unknown(void)
{
    refuses("pour tea --slowli", "unknown option '--slowli'",
            "did you mean '--slowly'?");
    refuses("pour tea --itno=x", "unknown option '--itno'",
            "did you mean '--into'?");
    refuses("pour tea --xyzzy", "unknown option '--xyzzy'",
            "'duet pour --help' lists the options");
    refuses("pour tea -sx", "unknown option '-x'", NULL);
    refuses("--xyzzy", "unknown option '--xyzzy'",
            "'duet --help' lists the options");
    refuses("kitchen wash --sett a", "unknown option '--sett'",
            "'duet kitchen wash --help' lists the options");
    refuses("purr", "unknown command 'purr'", "did you mean 'pour'?");
    refuses("xyzzy", "unknown command 'xyzzy'",
            "'duet --help' lists the commands");
    refuses("kitchen wahs", "unknown command 'kitchen wahs'",
            "did you mean 'kitchen wash'?");
    refuses("kitchen", "'kitchen' is a group of commands",
            "write duet kitchen wash|dry");
}

static void
test_operands(void)
{
    static const struct {
        const char *synopsis;
        size_t least, most;
    } cases[] = {
        {"", 0, 0},
        {"A", 1, 1},
        {"A B [C]", 2, 3},
        {"[A]...", 0, SIZE_MAX},
        {"A [KEY[=VALUE | NULL]]...", 1, SIZE_MAX},
    };
    size_t least, most;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        operands_count(cases[i].synopsis, &least, &most);
        OK(least == cases[i].least && most == cases[i].most,
           "counts the operands of '%s'", cases[i].synopsis);
    }
    refuses("pour", "no TEA given", "write duet pour TEA [GUEST]...");
    refuses("kitchen dry a b_c", "unexpected operand 'b c'", NULL);
    OK(reads("kitchen dry") && reads("kitchen dry big") && line.noperands == 1,
       "an operand that is not needed");
    IS_TEXT(line.path, "kitchen dry", "a command in a command has two names");
}

static void
test_global(void)
{
    OK(reads("-qv --json pour tea -p test -u x") && line.global.json &&
           line.global.quiet && line.global.verbose,
       "the options of every command");
    IS_TEXT(line.global.profile, "test", "one with a value");
    IS_TEXT(line.global.url, "x", "and another");
    OK(reads("pour --help") && line.global.help,
       "help is had without the operands");
    OK(reads("kitchen -h") && line.global.help, "and for a group of commands");
    OK(reads("--help") && line.command == NULL, "and for the program");
    OK(!reads("--json purr") && line.global.json,
       "that JSON is wanted is known when the command is not");
}

static void
test_distance(void)
{
    IS_INT(edit_distance("clear", "clear"), 0, "the same word");
    IS_INT(edit_distance("claer", "clear"), 1, "two letters swapped");
    IS_INT(edit_distance("cler", "clear"), 1, "one left out");
    IS_INT(edit_distance("cleaar", "clear"), 1, "one too many");
    IS_INT(edit_distance("kitten", "sitting"), 3, "three changes");
    IS_INT(edit_distance("", "abc"), 3, "nothing");
}

int
main(void)
{
    test_places();
    test_values();
    test_wrong_values();
    test_unknown();
    test_operands();
    test_global();
    test_distance();
    arena_clear(&arena);
    return tap_done();
}
