using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What a platform told of a case, read. Holds personal data: sealed where it is kept.</summary>
internal sealed record SubjectTold
{
    public static readonly SubjectTold Nothing = new();

    /// <summary>0: nothing was told.</summary>
    public int Version { get; init; }

    /// <summary>The parts that a platform knows; null: none.</summary>
    public Report? Report { get; init; }

    public IReadOnlyDictionary<string, FileDetails> Contents { get; init; } =
        new Dictionary<string, FileDetails>();

    public IReadOnlyList<(string Name, string Text)> Chats { get; init; } = [];

    public PersonOrUserReported? Person => Report?.PersonOrUserReported is [var first, ..] ? first : null;

    /// <summary>Null: not told.</summary>
    public DateTimeOffset? IncidentAt =>
        Report?.IncidentSummary is { } summary && summary.IncidentDateTime != default
            ? summary.IncidentDateTime
            : null;

    /// <summary>Words of people in it.</summary>
    public int Characters =>
        Chats.Sum(chat => chat.Text.Length)
        + (Report?.InternetDetails.Sum(place => place.ChatImIncident?.Content?.Length ?? 0) ?? 0);

    public override string ToString() => $"Subject with {Contents.Count} contents and {Chats.Count} chats";
}
