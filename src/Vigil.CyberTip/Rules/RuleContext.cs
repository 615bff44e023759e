namespace Vigil.CyberTip;

/// <summary>What the rules need to know beside the document.</summary>
public sealed record RuleContext
{
    /// <summary>What is later than this lies in the future.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the service accepts.</summary>
    /// <value>The documented version of 2025.</value>
    public SchemaVersion Version { get; init; } = SchemaVersion.V2025;
}
