using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>Whether a user is told of an action here.</summary>
internal enum Tell
{
    Allowed,

    /// <summary>Not before a time; then a person releases it.</summary>
    Delayed,
    Forbidden,
}

/// <summary>What is done to an account or to content of it; separate from any report, each can be taken back.</summary>
internal enum ActionKind
{
    ContentRemoved,
    ContentHidden,
    AccountRestricted,
    AccountSuspended,
}

/// <summary>What the law of a place says of telling a user. Data with its source; no legal advice.</summary>
internal sealed record TellRule(string Code, string Tell, int DelayDays, string Source, DateOnly CheckedOn)
{
    public Tell Word => Words.Parse<Tell>(Tell, "tell");
}

/// <summary>What the user is told; names no method, list, report or authority.</summary>
public sealed record Statement(
    string Subject,
    string Restriction,
    string Facts,
    string Ground,
    string Automation,
    string Redress,
    string Help
);

internal static class UserNotices
{
    private static readonly NoticeData Data = CaseData.Read<NoticeData>(
        "Features/Cases/Subject/Data/notices.json"
    );

    public static IReadOnlyList<string> MustNotName => Data.MustNotName;

    public static TellRule RuleOf(string jurisdiction) =>
        Find(jurisdiction)
        ?? (KnownJurisdictions.Find(jurisdiction)?.Groups.Contains("EU") == true ? Find("EU") : null)
        ?? Data.Default;

    public static Statement StatementOf(ActionKind kind)
    {
        var text = Data.Texts.First(text => text.Kind == Words.NameOf(kind));
        return new Statement(
            text.Subject,
            text.Restriction,
            Data.Facts,
            Data.Ground,
            Data.Automation,
            Data.Redress,
            Data.Help
        );
    }

    private static TellRule? Find(string code) => Data.Places.FirstOrDefault(place => place.Code == code);

    private sealed record NoticeData(
        TellRule Default,
        IReadOnlyList<TellRule> Places,
        IReadOnlyList<NoticeText> Texts,
        string Facts,
        string Ground,
        string Automation,
        string Redress,
        string Help,
        IReadOnlyList<string> MustNotName
    );

    private sealed record NoticeText(string Kind, string Restriction, string Subject);
}
