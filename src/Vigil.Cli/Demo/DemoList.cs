using System.Text;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli.Demo;

/// <summary>
/// The list of the demonstration: hashed from the listed samples, imported and sealed as any other.
/// </summary>
internal static class DemoList
{
    private const string Name = "demo-samples";

    public static FileHasher HasherOf(MediaPool pool) =>
        new(
            () => pool,
            () => new VideoHasher(new VideoOptions()),
            new MediaLimits(),
            new MediaRequest { Dihedral = Queries.Default.Dihedral, Parts = Queries.Default.Parts },
            video: null
        );

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

    /// <summary>The same list at a server, in force.</summary>
    public static async Task ServeAsync(DemoApi api, string csv, CancellationToken cancellation)
    {
        await api.PostAsync(
            "/v1/lists",
            new
            {
                name = Name,
                purpose = "known-csam",
                title = "Harmless samples, listed as anything would be",
                source = "Drawn by the demonstration",
                confidence = "verified",
                attestation = "Drawn by the demonstration; nobody is shown",
            },
            cancellation
        );
        await api.ImportAsync(Name, csv, cancellation);
        await api.PatchAsync(
            $"/v1/lists/{Name}",
            new { mode = "enforce", reason = "The demonstration shows what a hit does" },
            cancellation
        );
    }
}
