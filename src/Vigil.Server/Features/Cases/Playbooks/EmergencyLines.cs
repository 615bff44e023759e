using System.Collections.Frozen;

namespace Vigil.Server.Features.Cases.Playbooks;

/// <summary>The emergency numbers of one place.</summary>
/// <param name="Code">ISO 3166-1 alpha-2.</param>
/// <param name="IsVerified">False: nobody compared it with a source; say so wherever it is shown.</param>
public sealed record EmergencyLine(
    string Code,
    string Name,
    IReadOnlyList<string> Numbers,
    string Source,
    bool IsVerified,
    DateOnly? CheckedOn
);

/// <summary>Whom to call where a child may be in danger now. Data with its source.</summary>
internal static class EmergencyLines
{
    private static readonly LinesFile Known = CaseData.Read<LinesFile>(
        "Features/Cases/Playbooks/Lines/emergency.json"
    );

    private static readonly FrozenDictionary<string, EmergencyLine> ByCode = Known.Lines.ToFrozenDictionary(
        line => line.Code,
        StringComparer.Ordinal
    );

    /// <summary>In order of the code.</summary>
    public static IReadOnlyList<EmergencyLine> All => Known.Lines;

    /// <summary>Said where no number is known.</summary>
    public static string Fallback => Known.Fallback;

    public static EmergencyLine? Find(string jurisdiction) => ByCode.GetValueOrDefault(jurisdiction);

    private sealed record LinesFile(string Fallback, IReadOnlyList<EmergencyLine> Lines);
}
