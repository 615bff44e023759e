using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>The rows of words that were read: as those of pictures, each at its worst first.</summary>
internal static class WordsRecord
{
    public static Task<int> AskAsync(Tx tx, Guid id, WordsLookWanted wanted, TimeSpan allowance) =>
        tx.ExecuteAsync(
            """
            insert into viewing_words (tenant, id, case_ref, about, viewer, session_id, state, started_at, ended_at,
                read_ms, is_ended, subject_id)
            values (@tenant, @id, @caseRef, @about, @viewer, @session, 'Asked', @now, @until, @ms, @no, @subject)
            """,
            new
            {
                id,
                caseRef = wanted.Case.Value,
                about = wanted.About,
                viewer = wanted.Viewer,
                session = wanted.Session,
                subject = wanted.Subject,
                now = tx.Now,
                until = tx.Now + allowance,
                ms = (long)allowance.TotalMilliseconds,
                no = false,
            }
        );

    /// <summary>They are about to be sent, and count from now on; or nothing was shown, and nothing counts.</summary>
    public static Task ReactAsync(Tx tx, WordsAnswered answered) =>
        tx.ExecuteAsync(
            """
            update viewing_words set state = @state,
                ended_at = case when @isShown then @now + read_ms else started_at end, started_at = @now,
                read_ms = case when @isShown then read_ms else 0 end, is_ended = @isEnded
            where tenant = @tenant and id = @id and state in ('Asked', @before)
            """,
            new
            {
                id = answered.ViewId,
                state = answered.IsShown ? "Shown" : "Refused",
                // What could not be signed was committed as shown, and nobody saw it.
                before = answered.IsShown ? "Asked" : "Shown",
                isShown = answered.IsShown,
                isEnded = !answered.IsShown,
                now = tx.Now,
            }
        );

    /// <summary>
    /// What a browser says of the end, no later than since they were sent and no longer than was allowed. False:
    /// there is
    /// no such look of this person that is still open, or it went on meanwhile.
    /// </summary>
    /// <param name="uncovering">Which part of the look: a word of an earlier one comes too late.</param>
    public static async Task<bool> EndAsync(Tx tx, SignedIn person, Guid id, long ms, long uncovering)
    {
        var row = await tx.FindAsync<Open>(
            $"""
            select coalesce(uncovered_at, started_at) as started_at, read_ms, before_ms from viewing_words
            where tenant = @tenant and id = @id and viewer = @viewer and session_id = @session and state = 'Shown'
                and is_ended = @no and uncovering = @uncovering{tx.ForUpdate}
            """,
            new
            {
                id,
                viewer = person.Actor.Name,
                session = person.SessionId,
                no = false,
                uncovering,
            }
        );
        if (row is null)
        {
            return false;
        }
        var passed = Math.Max(0, (long)(tx.Now - row.StartedAt).TotalMilliseconds);
        var read = Math.Clamp(ms, 0, Math.Min(row.ReadMs - row.BeforeMs, passed));
        await tx.ExecuteAsync(
            """
            update viewing_words set ended_at = @ended, read_ms = @read, is_ended = @yes
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                ended = row.StartedAt.AddMilliseconds(read),
                read = row.BeforeMs + read,
                yes = true,
            }
        );
        return true;
    }

    private sealed class Open
    {
        public DateTimeOffset StartedAt { get; init; }
        public long ReadMs { get; init; }
        public long BeforeMs { get; init; }
    }
}
