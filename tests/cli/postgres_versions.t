# postgres_versions.t - the catalog of other versions of PostgreSQL, clusters of
# them, and clearing and getting rows there; they are fetched from npm: in a long
# soak only.
. "${TESTS:-tests}/lib/tap.sh"

case ${SOAK-} in
'' | short) skip_all 'in a long soak only' ;;
esac

for version in 13.23.0-beta.16 14.23.0-beta.17 16.14.0-beta.17 \
    17.10.0-beta.17 18.4.0-beta.17; do
    run "$TESTS/lib/other-postgres" "$version" \
        prove --exec "$TESTS/lib/run" "$BUILD/unit/sql_text" \
        "$BUILD/unit/reflect_postgres" "$BUILD/unit/reflect_postgres_others" \
        "$BUILD/unit/reflect_postgres_moment" "$BUILD/unit/cluster" \
        "$BUILD/unit/clear" "$BUILD/unit/clear_postgres" \
        "$BUILD/unit/clear_roles" "$BUILD/unit/batch" \
        "$BUILD/unit/get_or_create"
    name="PostgreSQL $version is read right, has clusters, and is cleared"
    if [ "$status" = 69 ]; then
        ok "$name # SKIP $err"
    else
        is "$status" 0 "$name"
        [ "$status" = 0 ] || diag "$out$err"
    fi
done

done_testing
