namespace Vigil.Trust;

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

    /// <summary>The person asked not to be given such cases.</summary>
    public const string OptedOut = "opted_out";

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
