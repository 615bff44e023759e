namespace Vigil.Trust;

/// <summary>
/// Question, asked by viewing and answered by scanning: what a decision rests on. Answer: <see cref="MatchFacts"/>.
/// </summary>
public sealed record MatchFactsWanted(Guid DecisionId);

/// <param name="IsExact">The very file of at least one entry, not merely alike.</param>
/// <param name="Entries">Those that it rests on: contents of one entry are alike.</param>
public sealed record MatchFacts(bool IsExact, IReadOnlyList<EntryKey> Entries);

/// <summary>
/// Question, asked by viewing and answered by scanning: what the decisions rest on that made a case's items, all at
/// once. Answer: <see cref="CaseMatchFacts"/>.
/// </summary>
public sealed record CaseMatchFactsWanted(CaseRef Case);

/// <param name="ByItem">Items that no scan made are left out.</param>
public sealed record CaseMatchFacts(IReadOnlyDictionary<Guid, MatchFacts> ByItem);

/// <summary>
/// Question, asked before a case is decided or reported and answered by viewing: what must still be seen. Answer:
/// <see cref="ContentStandings"/>.
/// </summary>
public sealed record ContentStandingsWanted(CaseRef Case);

/// <param name="Contents">Of the case, oldest first.</param>
public sealed record ContentStandings(IReadOnlyList<ContentStanding> Contents)
{
    /// <summary>Somebody must look at so many more before a report.</summary>
    public int Missing => Contents.Count(content => content is { NeedsView: true, FileViewed: false });
}

/// <summary>One content of a case, as far as it was seen.</summary>
/// <param name="ContentId">Of the content.</param>
/// <param name="ItemId">Of the case's item; null: of the case as a whole.</param>
/// <param name="IsExact">It matched an entry exactly.</param>
/// <param name="Stack">Contents of one stack are alike; the first of them stands for all.</param>
/// <param name="NeedsView">By the policy for exact matches, or as the one that stands for a stack.</param>
/// <param name="FileViewed">This very file was shown whole, unblurred and readable to a person.</param>
/// <param name="ExifViewed">A person was shown all of its metadata, places among them, and it has some.</param>
public sealed record ContentStanding(
    Guid ContentId,
    Guid? ItemId,
    bool IsExact,
    int Stack,
    bool NeedsView,
    bool FileViewed,
    bool ExifViewed
);

/// <summary>
/// Question, asked by the queues and answered by viewing: may this person take such a case now? Answer:
/// <see cref="MayTakeCase"/>. Nothing of a refusal is for others to see.
/// </summary>
/// <param name="Viewer">The person's name as an actor.</param>
/// <param name="IsNewMaterial">No list knows it: somebody will have to look.</param>
/// <param name="IsGraphic">It may hold pictures that burden; false: text, or known and need not be seen.</param>
/// <param name="Harms">What is known to be in it.</param>
public sealed record MayTakeCaseWanted(
    string Viewer,
    bool IsNewMaterial,
    bool IsGraphic,
    IReadOnlyList<HarmKind> Harms
);

/// <param name="Code">Empty, or why not: stable, for programs.</param>
/// <param name="Text">Empty, or what to do, for the person alone.</param>
public sealed record MayTakeCase(string Code, string Text)
{
    /// <summary>Another kind of case comes first.</summary>
    public const string VarietyDue = "variety_due";

    public static readonly MayTakeCase Yes = new("", "");

    public bool May => Code.Length == 0;
}

/// <summary>Raised when a person took a case: what is fair to ask next depends on what came before.</summary>
public sealed record CaseTaken(string Viewer, CaseRef Case, bool IsNewMaterial, bool IsGraphic);

/// <summary>What a person may ask not to be given, without a reason and unseen by others.</summary>
public enum HarmKind
{
    /// <summary>Children under about three.</summary>
    Infants,

    /// <summary>Physical injury or cruelty.</summary>
    Violence,
    Animals,
    LiveStreams,

    /// <summary>Pictures made by children of themselves.</summary>
    SelfMade,

    /// <summary>Generated or drawn.</summary>
    Generated,

    /// <summary>Conversations with children.</summary>
    Conversations,
}
