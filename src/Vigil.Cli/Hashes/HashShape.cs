using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Hashes;

/// <summary>One fingerprint as output names it.</summary>
internal readonly record struct NamedHash(string Algorithm, string Hash, int? Quality);

/// <summary>How hashed files are written.</summary>
internal static class HashShape
{
    public static ReportShape<HashedFile> For(Algorithms algorithms, bool views) =>
        new(
            ["path", "algorithm", "hash", "quality"],
            file => Named(file, algorithms, views).Select(hash => Row(file, hash)),
            file => Named(file, algorithms, views).Select(hash => Line(file, hash)),
            (json, file) => WriteJson(json, file, Named(file, algorithms, views))
        );

    /// <summary>pdq, then #frame, @view and :variant where they are not the plain ones.</summary>
    public static string NameOf(FrameHash hash) =>
        "pdq"
        + (hash.Frame == 0 ? "" : $"#{hash.Frame}")
        + (hash.View == PictureView.Stored ? "" : $"@{Advice.Kebab(hash.View)}")
        + (hash.Variant == Dihedral.Original ? "" : $":{hash.Variant.ToString().ToLowerInvariant()}");

    private static IEnumerable<NamedHash> Named(HashedFile file, Algorithms algorithms, bool views)
    {
        if (file.Media is not { } media)
        {
            return [];
        }

        return algorithms.Wanted.SelectMany(algorithm =>
            algorithm switch
            {
                Algorithm.Pdq => media
                    .Hashes.Where(hash => media.Video is null && (views || hash.View == PictureView.Stored))
                    .Select(hash => new NamedHash(NameOf(hash), hash.Hash.ToHex(), hash.Quality.Value)),
                Algorithm.Vpdq => (media.Video?.Features ?? []).Select(feature => new NamedHash(
                    string.Create(CultureInfo.InvariantCulture, $"vpdq#{feature.Frame}@{feature.Seconds:F3}"),
                    feature.Hash.ToHex(),
                    feature.Quality.Value
                )),
                Algorithm.Tmk => media.Video?.Tmk is { } tmk
                    ? [new NamedHash("tmk", Convert.ToHexStringLower(tmk.ToBytes()), null)]
                    : [],
                Algorithm.Md5 => OfDigest("md5", media.Digests?.Md5),
                Algorithm.Sha1 => OfDigest("sha1", media.Digests?.Sha1),
                _ => OfDigest("sha256", media.Digests?.Sha256),
            }
        );
    }

    private static IEnumerable<NamedHash> OfDigest(string name, Digest? digest) =>
        digest is { } value ? [new NamedHash(name, value.ToHex(), null)] : [];

    private static string[] Row(HashedFile file, NamedHash hash) =>
        [file.Path, hash.Algorithm, hash.Hash, hash.Quality?.ToString() ?? ""];

    private static string Line(HashedFile file, NamedHash hash) =>
        $"{hash.Algorithm, -10}  {hash.Hash, -PdqHash.HexLength}  {hash.Quality, 3}  {Printable.Of(file.Path)}";

    private static void WriteJson(Utf8JsonWriter json, HashedFile file, IEnumerable<NamedHash> hashes)
    {
        json.WriteString("path", file.Path);
        json.WriteStartArray("hashes");
        foreach (var hash in hashes)
        {
            json.WriteStartObject();
            json.WriteString("algorithm", hash.Algorithm);
            json.WriteString("hash", hash.Hash);
            if (hash.Quality is { } quality)
            {
                json.WriteNumber("quality", quality);
            }

            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (file.Media is { Width: > 0 } media)
        {
            json.WriteString("format", Advice.Kebab(media.Format));
            json.WriteNumber("width", media.Width);
            json.WriteNumber("height", media.Height);
            json.WriteNumber("frames", media.Frames);
        }
        if (file.Media is { Truncated: true })
        {
            json.WriteBoolean("truncated", true);
        }

        if (file.Failure is { } failure)
        {
            json.WriteStartObject("error");
            json.WriteString("code", failure.Code);
            json.WriteString("advice", failure.Advice);
            json.WriteEndObject();
        }
    }
}
