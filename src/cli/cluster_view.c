#include "cli/cluster_view.h"

#include <string.h>

#include "cli/render.h"
#include "db/url.h"

enum { URL_ROOM = 1024 };

static const char *
redacted(struct arena *arena, const char *url)
{
    char *out = arena_alloc(arena, URL_ROOM);

    url_redact(url, out, URL_ROOM);
    return out;
}

/* A keeper that was killed leaves one that the next command sweeps. */
static const char *
state_of(const struct cluster *cluster)
{
    if (cluster->place.in_use)
        return "running";
    return ephemeral_is_kept(&cluster->place) ? "kept" : "left";
}

static void
add_json(struct json *json, const struct cluster *cluster, const char *url,
         const char *password)
{
    json_open(json, NULL, '{');
    json_text(json, "cluster", cluster->place.name);
    json_text(json, "state", state_of(cluster));
    json_text(json, "version", cluster->version);
    json_text(json, "url", url);
    json_text(json, "host", cluster->host);
    json_text(json, "port", cluster->port);
    json_text(json, "user", cluster->user);
    json_text(json, "database", cluster->database);
    json_text(json, "password", password);
    json_text(json, "directory", cluster->place.dir);
    json_close(json, '}');
}

void
cluster_view(const struct invocation *invocation, const struct cluster *cluster)
{
    SCOPED(json_release) struct json json = {0};

    if (!invocation->global->json) {
        render_line(&cluster->url, 1);
        return;
    }
    add_json(&json, cluster, cluster->url, cluster->password);
    json_print(&json, stdout);
}

static void
list_json(struct arena *arena, const struct cluster *clusters, size_t count)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++)
        add_json(&json, &clusters[i], redacted(arena, clusters[i].url),
                 clusters[i].password != NULL ? "***" : NULL);
    json_close(&json, ']');
    json_print(&json, stdout);
}

void
cluster_view_list(const struct invocation *invocation,
                  const struct cluster *clusters, size_t count)
{
    static const char *const headings[] = {"CLUSTER", "VERSION", "STATE",
                                           "URL"};
    struct arena *arena = invocation->arena;
    const char **cells = arena_array(arena, count * 4 + 1, sizeof *cells);

    if (invocation->global->json) {
        list_json(arena, clusters, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        cells[i * 4] = clusters[i].place.name;
        cells[i * 4 + 1] = clusters[i].version;
        cells[i * 4 + 2] = state_of(&clusters[i]);
        cells[i * 4 + 3] = redacted(arena, clusters[i].url);
    }
    render_table(headings, 4, cells, count);
}

void
cluster_view_gone(const struct invocation *invocation,
                  const struct ephemeral *gone, size_t count)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        const char *const fields[] = {gone[i].name, gone[i].kind, gone[i].dir};

        if (!invocation->global->json)
            render_line(fields, 3);
        json_open(&json, NULL, '{');
        json_text(&json, "name", fields[0]);
        json_text(&json, "kind", fields[1]);
        json_text(&json, "directory", fields[2]);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    if (invocation->global->json)
        json_print(&json, stdout);
}
