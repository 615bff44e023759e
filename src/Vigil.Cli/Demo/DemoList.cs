using System.Text;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Demo;

/// <summary>
/// The list of the demonstration: hashed from the listed samples, imported and sealed as any other.
/// </summary>
internal static class DemoList
{
    private const string Name = "demo-samples";

    /// <summary>The listed samples' fingerprints, as a source would send them.</summary>
    public static async Task<string> CsvOfAsync(
        FileHasher hasher,
        IEnumerable<string> paths,
        CancellationToken cancellation
    )
    {
        var csv = new StringBuilder(CsvLine.Of(["id", "md5", "sha1", "sha256", "pdq", "pdq_quality"]));
        foreach (var path in paths)
        {
            var file = await hasher.HashAsync(new WalkItem(path, null), cancellation);
            if (file is not { Failure: null, Media: { Digests: { } digests, Hashes: [var plain, ..] } })
            {
                throw new IOException($"A sample could not be hashed: {file.Failure?.Advice}");
            }

            csv.Append(
                CsvLine.Of([
                    DemoPictures.NameOf(path),
                    digests.Md5.ToHex(),
                    digests.Sha1.ToHex(),
                    digests.Sha256.ToHex(),
                    plain.Hash.ToHex(),
                    $"{plain.Quality.Value}",
                ])
            );
        }
        return csv.ToString();
    }

    public static LoadedList Import(string csv, DataFolder data)
    {
        var info = new ListInfo
        {
            Name = Name,
            Purpose = ListPurpose.Harmless,
            Source = "vigil demo",
            IsTest = true,
        };
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var rows = ListReader.Read(source, new ListReadOptions { Format = ListFormat.Csv });
        var store = new ListStore(data);
        store.Update(Name, existing => ListMerge.Into(existing ?? new SignalList(info, []), rows));
        return new LoadedList(Name, store.Get(Name), IsPlain: false);
    }
}
