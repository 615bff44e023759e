using Vigil.Media;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>A view that is about to be: its record is written, nothing is open yet.</summary>
internal sealed record AskedView
{
    public required Guid Id { get; init; }
    public required ContentRow Content { get; init; }
    public required ViewMode Mode { get; init; }

    /// <summary>Stands in the ledger, with the record's id.</summary>
    public required string Reason { get; init; }

    /// <summary>How long it may be uncovered; zero: it is blurred or grey and small.</summary>
    public required TimeSpan Allowance { get; init; }

    /// <summary>Shown in colours, as the file is.</summary>
    public bool IsAsItIs { get; init; }

    public required string Mark { get; init; }
}

/// <summary>
/// The rows of what was seen. Each is written at its worst first, and made less by what the server saw.
/// </summary>
internal static class ViewRecord
{
    /// <summary>Shorter is no look.</summary>
    public const int LeastMs = 1000;

    /// <summary>Pixels of the longer side that make a picture readable, where it has as many.</summary>
    public const int ReadableSide = 600;

    /// <summary>Of the shorter side.</summary>
    public const int ReadableShortSide = 200;

    /// <summary>0: a reveal, while another of this person is open.</summary>
    public static Task<int> AskAsync(Tx tx, SignedIn person, AskedView view, string shownAs) =>
        tx.ExecuteAsync(
            """
            insert into viewing_record (tenant, id, content_id, case_ref, viewer, session_id, mode, shown_as,
                state, started_at, ended_at, unblurred_ms, is_readable, source_width, source_height, is_ended,
                shown_whole, metadata_whole)
            values (@tenant, @id, @contentId, @caseRef, @viewer, @session, @mode, @shownAs, 'Asked',
                @now, @until, @ms, @no, 0, 0, @no, @no, @no)
            on conflict do nothing
            """,
            new
            {
                id = view.Id,
                contentId = view.Content.Id,
                caseRef = view.Content.CaseRef,
                viewer = person.Actor.Name,
                session = person.SessionId,
                mode = view.Mode.ToString(),
                shownAs,
                now = tx.Now,
                until = tx.Now + view.Allowance,
                ms = (long)view.Allowance.TotalMilliseconds,
                no = false,
            }
        );

    /// <summary>
    /// Until when a reveal of this person that was not ended may be uncovered; null: there is none. Those whose time is
    /// over are ended here, and count in full: an index lets each person have one that is open.
    /// </summary>
    public static async Task<DateTimeOffset?> OpenRevealAsync(Tx tx, string viewer)
    {
        await tx.ExecuteAsync(
            """
            update viewing_record set is_ended = @yes
            where tenant = @tenant and viewer = @viewer and mode = 'Reveal' and is_ended = @no and ended_at <= @now
            """,
            new
            {
                viewer,
                now = tx.Now,
                yes = true,
                no = false,
            }
        );
        return await tx.FindAsync<DateTimeOffset?>(
            """
            select ended_at from viewing_record
            where tenant = @tenant and viewer = @viewer and mode = 'Reveal' and is_ended = @no limit 1
            """,
            new { viewer, no = false }
        );
    }

    /// <summary>It was not opened: there was no view.</summary>
    public static Task<int> RefuseAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            update viewing_record set state = 'Refused', unblurred_ms = 0, ended_at = started_at, is_ended = @yes
            where tenant = @tenant and id = @id and state = 'Asked'
            """,
            new { id, yes = true }
        );

    /// <summary>
    /// It is about to be sent; from now on it counts. 0: its time was over before it could be sent, and another may be
    /// open by now.
    /// </summary>
    /// <param name="found">Null: nothing was learnt of the file.</param>
    public static Task<int> ShowAsync(Tx tx, AskedView view, Rendition rendition, Found? found)
    {
        var isShown = rendition.Outcome == MediaOutcome.Done;
        return tx.ExecuteAsync(
            """
            update viewing_record set state = 'Shown', started_at = @now, ended_at = @until, unblurred_ms = @ms,
                is_readable = @isReadable, source_width = @width, source_height = @height, is_ended = @isEnded,
                found = @found
            where tenant = @tenant and id = @id and state = 'Asked' and is_ended = @no
            """,
            new
            {
                id = view.Id,
                no = false,
                now = tx.Now,
                until = isShown ? tx.Now + view.Allowance : tx.Now,
                ms = isShown ? (long)view.Allowance.TotalMilliseconds : 0,
                isReadable = isShown && view.IsAsItIs && rendition is { Frames: <= 1, Truncated: false },
                found = found?.ToString(),
                width = rendition.SourceWidth,
                height = rendition.SourceHeight,
                isEnded = !isShown || view.Mode == ViewMode.Rendition,
            }
        );
    }

    /// <summary>It says nothing of the pictures: what was found of the file stays as it was.</summary>
    public static Task<int> ShowSoundAsync(Tx tx, AskedView view, bool isHeard) =>
        tx.ExecuteAsync(
            """
            update viewing_record set state = 'Shown', started_at = @now, ended_at = @until, unblurred_ms = @ms,
                is_ended = @isEnded
            where tenant = @tenant and id = @id and state = 'Asked'
            """,
            new
            {
                id = view.Id,
                now = tx.Now,
                until = isHeard ? tx.Now + view.Allowance : tx.Now,
                ms = isHeard ? (long)view.Allowance.TotalMilliseconds : 0,
                isEnded = !isHeard,
            }
        );

    /// <summary>Text has no end that could be seen: it counts as shown, and takes no time.</summary>
    /// <param name="whole">All of it is shown.</param>
    public static Task<int> ShowMetadataAsync(Tx tx, Guid id, bool whole) =>
        tx.ExecuteAsync(
            """
            update viewing_record set state = 'Shown', started_at = @now, ended_at = @now, is_ended = @yes,
                metadata_whole = @whole
            where tenant = @tenant and id = @id and state = 'Asked'
            """,
            new
            {
                id,
                now = tx.Now,
                yes = true,
                whole,
            }
        );

    /// <summary>
    /// What a browser says of the end, within what the server can know: no longer than since it was sent, and
    /// no longer than was allowed. False: there is no such view of this person that is still open.
    /// </summary>
    public static async Task<bool> EndAsync(Tx tx, SignedIn person, Guid id, EndReport report)
    {
        var row = await tx.FindAsync<Open>(
            $"""
            select started_at, unblurred_ms, is_readable, source_width, source_height from viewing_record
            where tenant = @tenant and id = @id and viewer = @viewer and session_id = @session and state = 'Shown'
                and is_ended = @no{tx.ForUpdate}
            """,
            new
            {
                id,
                viewer = person.Actor.Name,
                session = person.SessionId,
                no = false,
            }
        );
        if (row is null)
        {
            return false;
        }
        var passed = Math.Max(0, (long)(tx.Now - row.StartedAt).TotalMilliseconds);
        var ms = Math.Clamp(report.Ms, 0, Math.Min(row.UnblurredMs, passed));
        var isLook = row.IsReadable && ms >= LeastMs && report is { Width: > 0, Height: > 0 };
        var isWhole =
            isLook && Finding.IsReadable(row.SourceWidth, row.SourceHeight, report.Width, report.Height);
        await tx.ExecuteAsync(
            """
            update viewing_record set ended_at = @ended, unblurred_ms = @ms, shown_whole = @whole, is_ended = @yes,
                found = case when @isTooLong then 'TooLong' else found end,
                seen_digest = case when @whole then (
                    select c.sha256_digest from content_overview c
                    where c.tenant = @tenant and c.id = viewing_record.content_id) end
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                ended = row.StartedAt.AddMilliseconds(Math.Min(row.UnblurredMs, passed)),
                ms,
                whole = isWhole,
                isTooLong = isLook && !isWhole && Finding.IsTooLong(row.SourceWidth, row.SourceHeight),
                yes = true,
            }
        );
        return true;
    }

    private sealed class Open
    {
        public DateTimeOffset StartedAt { get; init; }
        public long UnblurredMs { get; init; }
        public bool IsReadable { get; init; }
        public int SourceWidth { get; init; }
        public int SourceHeight { get; init; }
    }
}

/// <summary>What the browser says when a picture is covered again.</summary>
/// <param name="Ms">Uncovered, milliseconds.</param>
/// <param name="Width">Of the whole picture on the screen, in pixels of the screen; 0: a part was out of
/// sight.</param>
internal sealed record EndReport(long Ms, int Width, int Height);
