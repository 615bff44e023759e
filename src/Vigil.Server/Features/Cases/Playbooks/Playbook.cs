using System.Collections.Frozen;

namespace Vigil.Server.Features.Cases.Playbooks;

/// <summary>What to do, and what helps others, for one problem type: the files of the folder Data.</summary>
/// <param name="Type">A word of <see cref="ProblemType"/>.</param>
/// <param name="Title">For people.</param>
/// <param name="Summary">What it is, in neutral words.</param>
/// <param name="SubjectMayBeAChild">Nothing is done to the account as a matter of routine.</param>
/// <param name="Version">Rises with each change of the text.</param>
/// <param name="Response">What the team does.</param>
/// <param name="Prevention">What is said to others before and afterwards.</param>
public sealed record Playbook(
    string Type,
    string Title,
    string Summary,
    bool SubjectMayBeAChild,
    int Version,
    ResponseHalf Response,
    PreventionHalf Prevention
);

public sealed record ResponseHalf(
    IReadOnlyList<string> Checklist,
    IReadOnlyList<Deadline> Deadlines,
    IReadOnlyList<Contact> Tell,
    string Escalation,
    IReadOnlyList<string> NeverDo
);

/// <param name="Where">ISO 3166 code, or EU.</param>
/// <param name="Source">Where that stands; no legal advice.</param>
public sealed record Deadline(string What, string Within, string Where, string Source);

public sealed record Contact(string Who, string How, string When);

public sealed record PreventionHalf(IReadOnlyList<AwarenessText> Texts, IReadOnlyList<SupportLink> Support);

public sealed record AwarenessText(string Audience, string Title, string Text);

/// <param name="Host">In plain text: a person types it; no page here links out.</param>
public sealed record SupportLink(string Name, string Host, string Where);

internal static class KnownPlaybooks
{
    private const string Folder = "Features/Cases/Playbooks/Data/";

    private static readonly FrozenDictionary<ProblemType, Playbook> ByType = Read()
        .ToFrozenDictionary(book => Words.Parse<ProblemType>(book.Type, "type"));

    /// <summary>In the order of the types.</summary>
    public static IReadOnlyList<Playbook> All { get; } =
    [.. ByType.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    public static Playbook Of(ProblemType type) => ByType[type];

    private static IEnumerable<Playbook> Read() => CaseData.NamesIn(Folder).Select(CaseData.Read<Playbook>);
}
