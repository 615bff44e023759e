using System.Collections.Frozen;
using System.Text.Json;

namespace Vigil.Trust;

/// <summary>Whether communication between persons may be scanned there.</summary>
public enum PrivateMessages
{
    /// <summary>Only while a legal basis, an impact assessment and an end date are recorded.</summary>
    Basis,

    /// <summary>As on any surface.</summary>
    On,
}

/// <summary>What the law of one place says about scanning and keeping. Data with its source; no legal
/// advice.</summary>
/// <param name="Code">ISO 3166-1 alpha-2.</param>
/// <param name="Name">In English.</param>
/// <param name="Groups">EU, EEA.</param>
/// <param name="PrivateMessages">The default; where it is Basis, a recorded one opens it.</param>
/// <param name="Source">Where that stands.</param>
/// <param name="EffectiveFrom">Since when; null: not known.</param>
/// <param name="CheckedOn">When it was looked up.</param>
public sealed record Jurisdiction(
    string Code,
    string Name,
    IReadOnlyList<string> Groups,
    PrivateMessages PrivateMessages,
    string Source,
    DateOnly? EffectiveFrom,
    DateOnly CheckedOn
)
{
    /// <summary>Null: contents are not kept there; they are hashed, reported and discarded.</summary>
    public Preservation? Preservation { get; init; }
}

/// <summary>The places whose law is known here: the files of the folder Data, in this assembly.</summary>
public static class KnownJurisdictions
{
    private const string Folder = "Jurisdictions/Data/";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    private static readonly FrozenDictionary<string, Jurisdiction> ByCode = Read()
        .ToFrozenDictionary(place => place.Code, StringComparer.Ordinal);

    /// <summary>In order of name.</summary>
    public static IReadOnlyList<Jurisdiction> All { get; } =
    [.. ByCode.Values.OrderBy(place => place.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<string> Groups { get; } =
    [.. ByCode.Values.SelectMany(place => place.Groups).Distinct().Order(StringComparer.Ordinal)];

    public static Jurisdiction? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>Two capital letters; whether such a place is known is another matter.</summary>
    public static bool IsWellFormed(string code) =>
        code is { Length: 2 } && code.All(char.IsAsciiLetterUpper);

    private static IEnumerable<Jurisdiction> Read()
    {
        var assembly = typeof(KnownJurisdictions).Assembly;
        var names = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal));
        foreach (var name in names)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var file = JsonSerializer.Deserialize<DataFile>(stream, Strict)!;
            foreach (var member in file.Members)
            {
                yield return new Jurisdiction(
                    member.Code,
                    member.Name,
                    file.Group.Length == 0 ? member.Groups : [file.Group, .. member.Groups],
                    file.PrivateMessages == "on" ? PrivateMessages.On : PrivateMessages.Basis,
                    file.Source,
                    file.EffectiveFrom,
                    file.CheckedOn
                )
                {
                    Preservation = file.Preservation,
                };
            }
        }
    }

    private sealed record DataFile(
        string Group,
        string Source,
        DateOnly? EffectiveFrom,
        DateOnly CheckedOn,
        string PrivateMessages,
        Preservation? Preservation,
        IReadOnlyList<Member> Members
    );

    private sealed record Member(string Code, string Name, IReadOnlyList<string> Groups);
}
