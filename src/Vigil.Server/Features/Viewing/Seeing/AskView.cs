using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// Either a view that may be, or why not; limits that were reached are noted in the same transaction.
/// </summary>
internal sealed record Asked(AskedView? View, Refusal? Refusal, DateTimeOffset Now)
{
    /// <exception cref="ProblemException">It may not be.</exception>
    public AskedView Require() => View ?? throw Refusal!.ToProblem(Now);
}

/// <summary>The first step of each view: limits and own settings, then its record. Nothing is open yet.</summary>
internal static class AskView
{
    private const int MarkCharacters = 26;

    public static async Task<Asked> ForRenditionAsync(
        Tx tx,
        SignedIn person,
        Guid contentId,
        RenditionKind kind
    )
    {
        var content = await RequireThereAsync(tx, contentId);
        if (kind.IsStrip() || kind.IsSheet() != content.IsVideo)
        {
            throw ProblemException.BadRequest(
                "wrong_kind",
                "A contact sheet is of a video; all else is of a picture. Frames are asked for by a form of their own."
            );
        }
        return await AskAsync(
            tx,
            person,
            content,
            ViewMode.Rendition,
            $"rendition {Words.Of(kind)}",
            (_, own, _) => kind.IsAllowed(own) ? (TimeSpan.Zero, false) : null,
            Words.Of(kind)
        );
    }

    public static async Task<Asked> ForRevealAsync(Tx tx, SignedIn person, Guid contentId, string? token)
    {
        await RequireQualifiedAsync(tx);
        var reason = await ViewTokens.UseAsync(tx, person, contentId, token);
        var content = await RequireThereAsync(tx, contentId);
        return await AskAsync(
            tx,
            person,
            content,
            ViewMode.Reveal,
            reason,
            (rules, own, seen) => (MayView.Allowance(rules, own, seen), own.Reveal == RevealWish.AsItIs),
            "reveal"
        );
    }

    /// <param name="withPlace">Asked for by somebody who may see it.</param>
    public static async Task<Asked> ForMetadataAsync(
        Tx tx,
        SignedIn person,
        Guid contentId,
        string reason,
        bool withPlace
    )
    {
        var content = await RequireThereAsync(tx, contentId);
        await NamesNobody.RequireAsync(tx, content.CaseRef, RevealReasons.WordsOf(reason));
        return await AskAsync(
            tx,
            person,
            content,
            ViewMode.Metadata,
            $"{(withPlace ? "metadata with place" : "metadata")}, {reason}",
            (_, _, _) => (TimeSpan.Zero, false),
            withPlace ? "metadata_with_place" : "metadata"
        );
    }

    /// <summary>Before a token is given: what would be refused is not begun.</summary>
    public static async Task<Refusal?> WouldRefuseAsync(Tx tx, SignedIn person, Guid contentId, string reason)
    {
        var content = await RequireThereAsync(tx, contentId);
        await NamesNobody.RequireAsync(tx, content.CaseRef, RevealReasons.WordsOf(reason));
        if (content.IsVideo)
        {
            throw ProblemException.BadRequest(
                "video_not_revealed",
                "A video is shown as a contact sheet, or frame by frame. It does not count as viewed: a report of "
                    + "it takes a person's reason."
            );
        }
        await RequireQualifiedAsync(tx);
        var (_, refusal, own, _) = await LookAsync(tx, person.Actor.Name, ViewMode.Reveal);
        return refusal
            ?? await OptedOut.FindAsync(tx, content, own)
            ?? (
                await ViewRecord.OpenRevealAsync(tx, person.Actor.Name) is { } until
                    ? OneAtATime(until)
                    : null
            );
    }

    /// <summary>Two that are uncovered beside each other would both count as looked at.</summary>
    private static Refusal OneAtATime(DateTimeOffset until) =>
        new(
            "one_at_a_time",
            "You have a picture uncovered, here or in another window: cover it first. One whose window was lost "
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"counts as uncovered until {until.UtcDateTime:HH:mm:ss} UTC."
                ),
            Until: until
        );

    internal static async Task<Asked> AskAsync(
        Tx tx,
        SignedIn person,
        ContentRow content,
        ViewMode mode,
        string reason,
        Func<ViewingRules, OwnSettings, Exposure, (TimeSpan Allowance, bool IsAsItIs)?> allow,
        string shownAs
    )
    {
        var (rules, refusal, own, seen) = await LookAsync(tx, person.Actor.Name, mode);
        if (refusal is not null)
        {
            return new Asked(null, refusal, tx.Now);
        }
        if (mode != ViewMode.Metadata && await OptedOut.FindAsync(tx, content, own) is { } optedOut)
        {
            return new Asked(null, optedOut, tx.Now);
        }
        if (allow(rules, own, seen) is not { } allowed)
        {
            return new Asked(
                null,
                new Refusal("own_setting", "Your own setting does not show this."),
                tx.Now
            );
        }
        if (mode == ViewMode.Reveal && await ViewRecord.OpenRevealAsync(tx, person.Actor.Name) is { } until)
        {
            return new Asked(null, OneAtATime(until), tx.Now);
        }
        var id = tx.NewId();
        var view = new AskedView
        {
            Id = id,
            Content = content,
            Mode = mode,
            Reason = $"{reason} [view {id}]",
            Allowance = allowed.Allowance,
            IsAsItIs = allowed.IsAsItIs,
            Mark = MarkOf(person, tx.Now),
        };
        if (await ViewRecord.AskAsync(tx, person, view, shownAs) == 0)
        {
            // Two asked at the same moment, and the other was first.
            return new Asked(null, OneAtATime(tx.Now + allowed.Allowance), tx.Now);
        }
        await CheckIns.NoteLookAsync(tx, person.Actor.Name, rules);
        return new Asked(view, null, tx.Now);
    }

    /// <summary>Limits and own settings; what was reached is noted.</summary>
    public static async Task<(ViewingRules, Refusal?, OwnSettings, Exposure)> LookAsync(
        Tx tx,
        string viewer,
        ViewMode mode
    )
    {
        var rules = await ViewingRules.ReadAsync(tx);
        var row = await ViewingPerson.ReadAsync(tx, viewer);
        await SoloStops.EndAsync(tx, viewer);
        var seen = await Exposure.ReadAsync(tx, viewer, rules);
        var refusal = MayView.Decide(rules, row, seen, mode);
        if (refusal?.Limit is { } limit)
        {
            await LimitEvents.NoteAsync(
                tx,
                viewer,
                limit,
                limit == LimitKind.Hard ? rules.DayOf(tx.Now) : tx.Now.AddHours(-1)
            );
            await CheckIns.NoteLimitAsync(tx, viewer, limit, rules);
        }
        else if (refusal is null && MayView.IsNearLimit(rules, seen))
        {
            await LimitEvents.NoteAsync(tx, viewer, LimitKind.Soft, rules.DayOf(tx.Now));
        }
        return (rules, refusal, row.Own, seen);
    }

    /// <exception cref="ProblemException">Who reveals is trained for it first.</exception>
    internal static async Task RequireQualifiedAsync(Tx tx)
    {
        if (tx.IsAnswered<QualificationWanted>())
        {
            var answer = await tx.AskAsync<QualificationWanted, Qualification>(
                new QualificationWanted(QualificationTrack.Review)
            );
            if (!answer.IsQualified)
            {
                throw ProblemException.Conflict("not_qualified", answer.Advice);
            }
        }
    }

    internal static async Task<ContentRow> RequireThereAsync(Tx tx, Guid id)
    {
        var content = await ContentRow.RequireAsync(tx, id);
        return content.IsThere
            ? content
            : throw new ProblemException(
                StatusCodes.Status410Gone,
                "content_destroyed",
                "This content was destroyed; its record stays."
            );
    }

    private static string MarkOf(SignedIn person, DateTimeOffset now)
    {
        var name = person.Pseudonym[..Math.Min(MarkCharacters, person.Pseudonym.Length)];
        return $"{name} {now.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)}";
    }
}
