using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Unseen;

/// <summary>Why nobody saw whole what a report is about.</summary>
internal enum UnseenKind
{
    Video,
    Animation,
    Truncated,
    Undecodable,
    TooLong,
    NeverBrought,
    Destroyed,
}

/// <summary>Something that is reported though nobody here saw it whole: an open point of the report.</summary>
/// <param name="Id">Of the content; of the case's item where no file is kept.</param>
/// <param name="What">video, animation, truncated, undecodable, too_long, never_brought or destroyed.</param>
/// <param name="Text">The same in a sentence.</param>
/// <param name="Because">Why it is reported all the same; null: nobody said.</param>
/// <param name="By">The named person who said so.</param>
public sealed record UnseenView(
    Guid Id,
    string What,
    string Text,
    string? Because,
    string? By,
    DateTimeOffset? At
)
{
    /// <summary>A file of it is kept here.</summary>
    public bool IsKept => What is not ("never_brought" or "destroyed");

    internal static UnseenView Of(Guid id, UnseenKind kind, UnseenReason? reason) =>
        new(id, Words.Of(kind), TextOf(kind), reason?.Text, reason?.GivenBy, reason?.GivenAt);

    private static string TextOf(UnseenKind kind) =>
        kind switch
        {
            UnseenKind.Video =>
                "A video. Small grey frames of it were looked at; nobody saw the video itself.",
            UnseenKind.Animation => "Several pictures in one file. One was looked at, the others were not.",
            UnseenKind.Truncated => "The file ends early. What there is of it was looked at.",
            UnseenKind.Undecodable => "Nothing of the file can be shown here: nobody saw any of it.",
            UnseenKind.TooLong =>
                "Too long to be readable whole in a window. It was looked at, and too small.",
            UnseenKind.NeverBrought =>
                "A similar match, not an equal file. Its file was never brought here: nobody here saw it.",
            _ =>
                "A similar match, not an equal file. Its file was destroyed here before anybody saw it whole.",
        };
}

/// <summary>What of a report's case was not seen.</summary>
/// <param name="MustBeSeen">Contents that somebody must look at first.</param>
/// <param name="Points">What nobody can see whole: each needs a reason.</param>
internal sealed record UnseenNow(IReadOnlyList<Guid> MustBeSeen, IReadOnlyList<UnseenView> Points)
{
    public static async Task<UnseenNow> ReadAsync(
        Tx tx,
        ReportRow report,
        ReportableCase about,
        ContentStandings standings
    )
    {
        var reasons = (await UnseenReason.OfAsync(tx, report.Id)).ToDictionary(reason => reason.AboutId);
        return new UnseenNow(
            [.. standings.Contents.Where(content => content.MustBeSeen).Select(content => content.ContentId)],
            [
                .. PointsOf(standings, about)
                    .Select(point =>
                        UnseenView.Of(point.Id, point.Kind, reasons.GetValueOrDefault(point.Id))
                    ),
            ]
        );
    }

    /// <summary>Contents first, then what the report is about and nothing is kept of.</summary>
    internal static IEnumerable<(Guid Id, UnseenKind Kind)> PointsOf(
        ContentStandings standings,
        ReportableCase about
    )
    {
        var reported = new DraftSources { CaseRef = "", Case = about }
            .Used.Select(item => item.ItemId)
            .ToHashSet();
        return standings
            .Contents.Where(content => content.NeedsReason)
            .Select(content => (content.ContentId, KindOf(content.Obstacle!.Value)))
            .Concat(
                standings
                    .Unkept.Where(item => reported.Contains(item.ItemId))
                    .Select(item =>
                        (item.ItemId, item.WasKept ? UnseenKind.Destroyed : UnseenKind.NeverBrought)
                    )
            );
    }

    private static UnseenKind KindOf(ShowObstacle obstacle) =>
        obstacle switch
        {
            ShowObstacle.Video => UnseenKind.Video,
            ShowObstacle.Animation => UnseenKind.Animation,
            ShowObstacle.Truncated => UnseenKind.Truncated,
            ShowObstacle.TooLong => UnseenKind.TooLong,
            _ => UnseenKind.Undecodable,
        };
}
