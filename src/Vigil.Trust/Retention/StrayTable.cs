namespace Vigil.Trust.Custody;

/// <summary>Objects of the locker that no row knows of, and since when.</summary>
internal static class StrayTable
{
    /// <summary>Notes those that are there now, forgets the others.</summary>
    /// <returns>Those that were first seen before a time.</returns>
    public static async Task<IReadOnlyList<string>> SeeAsync(
        Tx tx,
        IReadOnlyList<string> strays,
        DateTimeOffset before
    )
    {
        var known = await tx.QueryAsync<string>("select object from content_stray where tenant = @tenant");
        foreach (var gone in known.Except(strays, StringComparer.Ordinal))
        {
            await ForgetAsync(tx, gone);
        }
        var fresh = strays.Except(known, StringComparer.Ordinal).ToList();
        await tx.ExecuteManyAsync(
            "insert into content_stray (tenant, object, seen_at) values (@tenant, @object, @at)",
            fresh,
            (row, name) =>
            {
                row.Set("object", name);
                row.Set("at", tx.Now);
            }
        );
        if (strays.Count == 0)
        {
            await tx.ClearAlarmAsync("content_stray");
        }
        else if (fresh.Count > 0)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "content_stray",
                    AlarmSeverity.Urgent,
                    $"{fresh.Count} objects of the locker have no record, as after a sealing that was cut "
                        + "off. They are destroyed in a day. If a database or its journal was lost, stop "
                        + "the server before that."
                )
            );
        }
        return await tx.QueryAsync<string>(
            "select object from content_stray where tenant = @tenant and seen_at <= @before order by object",
            new { before }
        );
    }

    public static Task<int> ForgetAsync(Tx tx, string name) =>
        tx.ExecuteAsync("delete from content_stray where tenant = @tenant and object = @name", new { name });
}
