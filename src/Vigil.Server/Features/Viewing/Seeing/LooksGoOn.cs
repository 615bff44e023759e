using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// A look at long words goes on with their other parts, within its time: one record, to which each part adds what it
/// was uncovered. Limits, breaks and a pause are asked again each time.
/// </summary>
internal static class LooksGoOn
{
    /// <summary>
    /// What was read of it so far, before more is added: as the browser said, or all the time since. False: there is no
    /// such look of this person at these words that goes on.
    /// </summary>
    public static async Task<bool> SettleAsync(Tx tx, WordsLookWanted wanted, WordsGoingOn look)
    {
        var row = await tx.FindAsync<Row>(
            $"""
            select coalesce(uncovered_at, started_at) as uncovered_at, before_ms, read_ms, is_ended
            from viewing_words
            where tenant = @tenant and id = @id and viewer = @viewer and case_ref = @reference and about = @about
              and subject_id = @subject and state = 'Shown' and started_at >= @since and started_at > @begun
              and (session_id = @session or (session_id is null and @isProgram)){tx.ForUpdate}
            """,
            new
            {
                id = look.ViewId,
                viewer = wanted.Viewer,
                reference = wanted.Case.Value,
                about = wanted.About,
                subject = wanted.Subject ?? Guid.Empty,
                since = look.Since,
                begun = tx.Now - look.Time,
                session = wanted.Session ?? Guid.Empty,
                isProgram = wanted.Session is null,
            }
        );
        if (row is null)
        {
            return false;
        }
        var passed = row.BeforeMs + Math.Max(0, (long)(tx.Now - row.UncoveredAt).TotalMilliseconds);
        await tx.ExecuteAsync(
            """
            update viewing_words set before_ms = @read, read_ms = @read, ended_at = @now, is_ended = @yes
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = look.ViewId,
                read = row.IsEnded ? row.ReadMs : Math.Min(row.ReadMs, passed),
                now = tx.Now,
                yes = true,
            }
        );
        return true;
    }

    /// <summary>At its worst first.</summary>
    /// <returns>The how manieth part it is.</returns>
    public static async Task<int> UncoverAsync(Tx tx, Guid id, TimeSpan allowance) =>
        (
            await tx.QueryAsync<int>(
                """
                update viewing_words set read_ms = before_ms + @ms, uncovered_at = @now, ended_at = @until,
                    is_ended = @no, uncovering = uncovering + 1
                where tenant = @tenant and id = @id
                returning uncovering
                """,
                new
                {
                    id,
                    ms = (long)allowance.TotalMilliseconds,
                    now = tx.Now,
                    until = tx.Now + allowance,
                    no = false,
                }
            )
        )[0];

    private sealed class Row
    {
        public DateTimeOffset UncoveredAt { get; init; }
        public long BeforeMs { get; init; }
        public long ReadMs { get; init; }
        public bool IsEnded { get; init; }
    }
}
