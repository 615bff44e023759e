using Vigil.CyberTip;
using Vigil.Media;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What a file says of itself, as names and values of the report. Anybody can write it into a file: it is passed on as
/// found. Personal data: never for a log.
/// </summary>
internal sealed record FileMetadataText(IReadOnlyList<MetadataTag> Tags, bool WithPlace)
{
    private const int MostPairs = 200;
    private const int NameCharacters = 64;
    private const int ValueCharacters = 1000;

    private static readonly MetadataGroup[] Said =
    [
        MetadataGroup.Camera,
        MetadataGroup.Times,
        MetadataGroup.Software,
        MetadataGroup.Identifiers,
        MetadataGroup.Generator,
    ];

    /// <summary>How the format is built: nothing that somebody put there.</summary>
    private static readonly HashSet<string> OfTheFormat = new(["File", "JFIF"], StringComparer.Ordinal);

    public DraftFile PutInto(DraftFile file) =>
        file with
        {
            IsMetadataRead = true,
            IsPlaceLeftOut = !WithPlace && Tags.Any(tag => tag.Group == MetadataGroup.Place),
        };

    /// <summary>
    /// A group of its own beside what the platform told; a second reading, with places, replaces the first.
    /// </summary>
    public FileDetails PutInto(FileDetails details)
    {
        var pairs = Pairs().Take(MostPairs).ToList();
        var others = details.Details.Where(group =>
            group.Type != MetadataType.Exif || !group.NameValuePair.All(pairs.Contains)
        );
        return pairs.Count == 0
            ? details
            : details with
            {
                Details = [.. others, new Details { Type = MetadataType.Exif, NameValuePair = [.. pairs] }],
            };
    }

    public override string ToString() => $"{Tags.Count} tags";

    /// <summary>By name; of two of one name the second says which part of the file it stands in.</summary>
    private IEnumerable<NameValue> Pairs()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var said = Tags.Where(tag => !OfTheFormat.Contains(tag.Source))
            .Where(tag => Said.Contains(tag.Group) || (WithPlace && tag.Group == MetadataGroup.Place))
            .Where(tag => tag.Value.Length > 0);
        foreach (var tag in said)
        {
            var name = Cut(tag.Name, NameCharacters);
            if (names.Add(name) || names.Add(name = Cut($"{tag.Source}:{tag.Name}", NameCharacters)))
            {
                yield return new NameValue { Name = name, Value = Cut(tag.Value, ValueCharacters) };
            }
        }
    }

    private static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];
}
