using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Features.LegalProcess.Packaging;
using Vigil.Server.Http;
using Vigil.Server.Tests.Destinations;

namespace Vigil.Server.Tests.LegalProcess;

public class PackageTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>As of the packages of each destination.</summary>
    private static readonly byte[] GoldenSecret = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    [Fact]
    public void A_package_says_what_was_released_and_opens_for_the_recipient_alone()
    {
        var (publicKey, secret) = SecondReader.NewKeys();
        var (contents, files) = Made(0, 1, 65_536, 200_001);

        var (package, vkey) = Seal(publicKey, files, contents);

        var read = SecondReader.Read(package, secret, vkey);
        Assert.Equal(files.Count + 5, read.Count);
        foreach (var (file, index) in files.Select((file, index) => (file, index)))
        {
            Assert.Equal(contents[file.ContentId], read[DisclosurePackage.NameOf(file, index)]);
        }
        CheckWords(read);
        var again = SecondReader.Read(Seal(publicKey, files, contents).Package, secret, vkey);
        Assert.All(read, part => Assert.Equal(part.Value, again[part.Key]));
        Assert.Throws<FormatException>(() => SecondReader.Read(package, SecondReader.NewKeys().Secret, vkey));
        using var other = SigningKey.FromSeed("vigil/packages/sample", [.. Seed.Reverse()]);
        Assert.Throws<FormatException>(() => SecondReader.Read(package, secret, other.Verifier.ToString()));
    }

    /// <summary>One package made once and kept, as of each destination. With VIGIL_WRITE_GOLDEN=1 it is made anew.</summary>
    [Fact]
    public void The_kept_package_is_still_read_by_a_second_reader()
    {
        var path = Path.Combine(SourceFolder(), "../Destinations/Golden/legal-process.vigilpkg");
        var bytes = "SAMPLE bytes, no picture"u8.ToArray();
        var file = FileOf(new Guid("01990000-0000-7000-8000-0000000000bb"), bytes.Length);
        var made = Seal(SecondReader.PublicOf(GoldenSecret), [file], new() { [file.ContentId] = bytes });
        if (Environment.GetEnvironmentVariable("VIGIL_WRITE_GOLDEN") == "1")
        {
            File.WriteAllBytes(path, made.Package);
        }
        var read = SecondReader.Read(File.ReadAllBytes(path), GoldenSecret, made.Vkey);
        Assert.Equal(bytes, read[DisclosurePackage.NameOf(file, 0)]);
        CheckWords(read);
        // The same is made today, byte for byte.
        var today = SecondReader.Read(made.Package, GoldenSecret, made.Vkey);
        Assert.Equal(read.Keys, today.Keys);
        Assert.All(read, part => Assert.Equal(part.Value, today[part.Key]));
    }

    [Fact]
    public void A_content_of_another_size_than_was_sealed_leaves_no_package()
    {
        var (publicKey, _) = SecondReader.NewKeys();
        var (contents, files) = Made(1000);
        Assert.Throws<InvalidDataException>(() => Seal(publicKey, [files[0] with { Bytes = 999 }], contents));
    }

    /// <summary>Two persons' work and a call are lost if it is noticed only when the package is made.</summary>
    [Fact]
    public void A_key_that_protects_nothing_is_refused_in_the_call_and_both_forms_of_a_key_are_taken()
    {
        var (publicKey, _) = SecondReader.NewKeys();
        var line = RecipientKey.FromBytes(publicKey).ToString();
        Assert.Equal(publicKey, CallBack.KeyOf($" {line} "));
        Assert.Equal(publicKey, CallBack.KeyOf(Convert.ToBase64String(publicKey)));
        Assert.Null(CallBack.KeyOf("  "));
        // Points of small order (cr.yp.to/ecdh.html): they give the same secret to everybody.
        byte[][] weak =
        [
            new byte[32],
            [1, .. new byte[31]],
            Convert.FromHexString("E0EB7A7C3B41B8AE1656E3FAF19FC46ADA098DEB9C32B1FD866205165F49B800"),
            Convert.FromHexString("5F9C95BCA3508C24B1D0B1559C83EF5B04445CC4581C8E86D8224EDDD09F1157"),
        ];
        foreach (
            var text in weak.Select(key => Convert.ToBase64String(key))
                .Concat(["AAAA", "x25519+", "no key", line + "AA"])
        )
        {
            var refused = Assert.Throws<ProblemException>(() => CallBack.KeyOf(text));
            Assert.Equal("bad_recipient_key", refused.Code);
        }
    }

    private static void CheckWords(Dictionary<string, byte[]> read)
    {
        var summary = Encoding.UTF8.GetString(read["summary.html"]);
        Assert.Contains("&lt;Example&gt; Police", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", summary, StringComparison.OrdinalIgnoreCase);
        var release = JsonDocument.Parse(read["custody.json"]).RootElement.GetProperty("release");
        Assert.Equal("person:one", release.GetProperty("askedBy").GetString());
        var manifest = JsonDocument.Parse(read["manifest.json"]).RootElement;
        Assert.Equal(
            ("legal-process", "<Example> Police", false, "court order 12 & 13", "person:two"),
            (
                manifest.GetProperty("destination").GetString(),
                manifest.GetProperty("recipient").GetString(),
                manifest.GetProperty("isHashOnly").GetBoolean(),
                manifest.GetProperty("legalBasis").GetString(),
                manifest.GetProperty("createdBy").GetString()
            )
        );
    }

    private static (byte[] Package, string Vkey) Seal(
        byte[] publicKey,
        IReadOnlyList<PackageFile> files,
        Dictionary<Guid, byte[]> contents
    )
    {
        var recipient = RecipientKey.FromBytes(publicKey);
        var head = new PackageHead
        {
            RequestId = new Guid("01930000-0000-7000-8000-000000000001"),
            Kind = "court_order",
            Authority = "<Example> Police",
            Country = "US",
            Reference = "12 & 13",
            ReceivedAt = Then,
            AskedBy = "person:one",
            ApprovedBy = "person:two",
            ApprovedAt = Then.AddDays(1),
            RecipientFingerprint = recipient.Fingerprint,
        };
        using var signer = SigningKey.FromSeed("vigil/packages/sample", [.. Seed]);
        using var bytes = new MemoryStream();
        DisclosurePackage.Write(
            bytes,
            recipient,
            signer,
            new PackageContent(head, files, "[]"u8.ToArray()),
            file => new MemoryStream(contents[file.ContentId]),
            _ => { }
        );
        return (bytes.ToArray(), signer.Verifier.ToString());
    }

    private static (Dictionary<Guid, byte[]> Contents, IReadOnlyList<PackageFile> Files) Made(
        params int[] sizes
    )
    {
        var contents = sizes.ToDictionary(_ => Guid.CreateVersion7(), RandomNumberGenerator.GetBytes);
        return (contents, [.. contents.Select(content => FileOf(content.Key, content.Value.Length))]);
    }

    private static PackageFile FileOf(Guid id, long bytes) =>
        new()
        {
            ContentId = id,
            CaseRef = "VC-0000-0000-00",
            Kind = "picture",
            Bytes = bytes,
            Jurisdiction = "US",
            SealedAt = Then,
            SealedBy = "key:1",
            Holds = [new PackageHold("legal", Then, null)],
        };

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
