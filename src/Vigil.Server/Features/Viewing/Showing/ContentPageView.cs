using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Features.Viewing.Transcripts;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>What the page of one content says before anything is shown.</summary>
public sealed record ContentPageView
{
    public required ContentRow Content { get; init; }

    /// <summary>Where it stands in its case; null: it was destroyed.</summary>
    public ContentStanding? Standing { get; init; }

    /// <summary>Alike in the same case, itself included.</summary>
    public required int StackSize { get; init; }

    /// <summary>How often it was shown whole, and when first.</summary>
    public required ViewedFacts Viewed { get; init; }

    /// <summary>What a person here said of an equal file; null: nobody saw one whole.</summary>
    public string? Judged { get; init; }

    /// <summary>What may be known of its transcript; null: there is none.</summary>
    public TranscriptFacts? Transcript { get; init; }

    public required ViewingRules Rules { get; init; }

    /// <summary>Of who asks; null: no person.</summary>
    public OwnSettings? Own { get; init; }

    /// <summary>Why they would be shown nothing now.</summary>
    public Refusal? Refusal { get; init; }

    public TimeSpan Allowance { get; init; }

    /// <summary>Of a video's frames, or its sound.</summary>
    public TimeSpan VideoAllowance { get; init; }

    public static async Task<ContentPageView> ReadAsync(Tx tx, Guid id, SignedIn? person)
    {
        var content = await ContentRow.RequireAsync(tx, id);
        var all = await AnswerContentStandings.AnswerAsync(
            tx,
            new ContentStandingsWanted(new CaseRef(content.CaseRef))
        );
        var standing = all.Contents.FirstOrDefault(one => one.ContentId == id);
        var rules = await ViewingRules.ReadAsync(tx);
        var view = new ContentPageView
        {
            Content = content,
            Standing = standing,
            StackSize = all.Contents.Count(one => one.Stack == standing?.Stack),
            Judged = await JudgedAsync(tx, content.CaseRef, standing?.Judged),
            Viewed = await ViewedFacts.ReadAsync(tx, id),
            Transcript = await Transcripts.Transcript.FindAsync(tx, id),
            Rules = rules,
        };
        if (person is null)
        {
            return view;
        }
        var row = await ViewingPerson.ReadAsync(tx, person.Actor.Name);
        var seen = await Exposure.ReadAsync(tx, person.Actor.Name, rules);
        return view with
        {
            Own = row.Own,
            Refusal =
                MayView.Decide(rules, row, seen, ViewMode.Reveal)
                ?? await OptedOut.FindAsync(tx, content, row.Own),
            Allowance = MayView.Allowance(rules, row.Own, seen),
            VideoAllowance = MayView.VideoAllowance(rules, row.Own, seen),
        };
    }

    /// <summary>Not for who is still to judge alone, in this case or in the other.</summary>
    private static async Task<string?> JudgedAsync(Tx tx, string caseRef, JudgedFile? judged)
    {
        if (judged is null)
        {
            return null;
        }
        var hidden = await HiddenVerdicts.ReadAsync(tx, [caseRef, judged.Case.Value]);
        return hidden.Why.Count > 0
            ? null
            : JudgedText.Of(judged, await tx.MaySeeCaseAsync(judged.Case.Value));
    }
}

/// <summary>What the records say of one content.</summary>
public sealed record ViewedFacts
{
    public long Whole { get; init; }
    public long Reveals { get; init; }
    public long Renditions { get; init; }
    public long Metadata { get; init; }
    public long Scrubs { get; init; }
    public long Sounds { get; init; }

    public static async Task<ViewedFacts> ReadAsync(Tx tx, Guid id) =>
        await tx.FindAsync<ViewedFacts>(
            """
            select coalesce(sum(case when shown_whole = @yes then 1 else 0 end), 0) as whole,
                coalesce(sum(case mode when 'Reveal' then 1 else 0 end), 0) as reveals,
                coalesce(sum(case mode when 'Rendition' then 1 else 0 end), 0) as renditions,
                coalesce(sum(case mode when 'Metadata' then 1 else 0 end), 0) as metadata,
                coalesce(sum(case mode when 'Scrub' then 1 else 0 end), 0) as scrubs,
                coalesce(sum(case mode when 'Sound' then 1 else 0 end), 0) as sounds
            from viewing_record where tenant = @tenant and content_id = @id and state <> 'Refused'
            """,
            new { id, yes = true }
        ) ?? new ViewedFacts();
}
