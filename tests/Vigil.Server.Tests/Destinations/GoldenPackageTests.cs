using System.Text;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>
/// One maximal package of each destination, made once and kept, is read back by a second reader and compared with the draft
/// field by field. With VIGIL_WRITE_GOLDEN=1 they are made anew.
/// </summary>
public class GoldenPackageTests
{
    private static readonly byte[] Media = [.. "SAMPLE bytes, no picture "u8, .. new byte[200]];
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] Secret = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    private static string Vkey
    {
        get
        {
            using var signer = Signer();
            return signer.Verifier.ToString();
        }
    }

    [Theory]
    [InlineData("gb-nca", 1)]
    [InlineData("police", 1)]
    [InlineData("de-bka", 0)]
    [InlineData("ca-c3p", 0)]
    public void A_package_says_what_the_draft_says(string code, int media)
    {
        var destination = (PackageDestination)AllDestinations.Find(code)!;
        var path = Golden($"{code}.vigilpkg");
        if (Environment.GetEnvironmentVariable("VIGIL_WRITE_GOLDEN") == "1")
        {
            using var written = new MemoryStream();
            Write(written, destination, media);
            File.WriteAllBytes(path, written.ToArray());
        }
        var parts = SecondReader.Read(File.ReadAllBytes(path), Secret, Vkey);

        Assert.Equal(destination.Render(MaximalDraft.Draft).Document, parts["report.json"]);
        Assert.Equal(
            Lines(ExpectedFields.Of(code)),
            Lines(Flatten(JsonDocument.Parse(parts["report.json"]).RootElement))
        );
        Assert.Equal(media, parts.Keys.Count(name => name.StartsWith("media/", StringComparison.Ordinal)));
        Assert.Equal(media == 1 ? Media : null, parts.GetValueOrDefault("media/001"));
        var manifest = JsonDocument.Parse(parts["manifest.json"]).RootElement;
        Assert.Equal(
            (code, "Test", media == 0, media == 0 ? "" : "SAMPLE law"),
            (
                manifest.GetProperty("destination").GetString(),
                manifest.GetProperty("environment").GetString(),
                manifest.GetProperty("isHashOnly").GetBoolean(),
                manifest.GetProperty("legalBasis").GetString()
            )
        );
        var summary = Encoding.UTF8.GetString(parts["summary.html"]);
        Assert.Contains("TEST: not a real report", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", summary, StringComparison.OrdinalIgnoreCase);
        var act = JsonDocument.Parse(parts["custody.json"]).RootElement.GetProperty("acts")[0];
        Assert.Equal(
            ("person:sample", "report.approved", 41),
            (
                act.GetProperty("by").GetString(),
                act.GetProperty("action").GetString(),
                act.GetProperty("ledgerEntry").GetInt32()
            )
        );
    }

    [Fact]
    public void The_call_to_ICCAM_says_what_the_draft_says()
    {
        var path = Golden("iccam.json");
        var document = new IccamDestination().Render(MaximalDraft.Draft).Document;
        if (Environment.GetEnvironmentVariable("VIGIL_WRITE_GOLDEN") == "1")
        {
            File.WriteAllBytes(path, document);
        }
        Assert.Equal(File.ReadAllBytes(path), document);
        Assert.Equal(
            Lines(ExpectedFields.Of("iccam")),
            Lines(Flatten(JsonDocument.Parse(document).RootElement))
        );
    }

    [Fact]
    public void The_same_draft_gives_the_same_container_and_the_recipients_tool_reads_it()
    {
        var (first, second) = (Plain(), Plain());
        Assert.Equal(first, second);
        var seal = new PackageSeal(
            VerifierKey.Parse(Vkey),
            RecipientKey.FromBytes(PublicKey()).Fingerprint,
            0,
            ""
        );
        using var container = PackageContainer.Read(new MemoryStream(first), seal);
        Assert.Equal(
            ["report.json", "summary.html", "custody.json", "media/001"],
            container.Manifest.Parts.Select(part => part.Name)
        );

        byte[] Plain()
        {
            using var folder = new TestFolder();
            var keyFile = Path.Combine(folder.Path, "key");
            File.WriteAllText(keyFile, $"PRIVATE+KEY+x25519+{Convert.ToBase64String(Secret)}\n");
            using var secret = RecipientSecret.Open(keyFile);
            using var file = new MemoryStream();
            Write(file, new PoliceDestination(), media: 1);
            using var plain = new MemoryStream();
            SealedPackage.Open(file, secret, plain);
            return plain.ToArray();
        }
    }

    private static void Write(Stream file, PackageDestination destination, int media)
    {
        var facts = new PackageFacts(
            new ReportRow
            {
                Id = new Guid("01990000-0000-7000-8000-0000000000aa"),
                CaseRef = "VC-0000-0000-00",
                Destination = destination.Code,
                Environment = ReportEnvironment.Test,
            },
            destination,
            destination.Render(MaximalDraft.Draft).Document,
            "SAMPLE recipient",
            "person:sample",
            MaximalDraft.Now,
            "SAMPLE law"
        );
        var custody = new CustodyRecord(
            "vigil/ledger/sample+00000000+AAAA",
            [
                new LedgerEntry
                {
                    Seq = 42,
                    At = MaximalDraft.Now.AddHours(-1),
                    Actor = "person:sample",
                    Action = "report.approved",
                    Object = facts.Report.Id.ToString(),
                    Facts = new Dictionary<string, string>(),
                    Position = 41,
                    IsSigned = true,
                },
            ]
        );
        using var signer = Signer();
        PackageParts.Write(
            file,
            facts,
            custody,
            RecipientKey.FromBytes(PublicKey()),
            signer,
            [.. Enumerable.Range(0, media).Select(_ => (Func<Stream>)(() => new MemoryStream(Media)))]
        );
    }

    private static SigningKey Signer() => SigningKey.FromSeed("vigil/packages/sample", [.. Seed]);

    private static byte[] PublicKey()
    {
        using var folder = new TestFolder();
        var keyFile = Path.Combine(folder.Path, "key");
        File.WriteAllText(keyFile, $"PRIVATE+KEY+x25519+{Convert.ToBase64String(Secret)}\n");
        using var secret = RecipientSecret.Open(keyFile);
        return secret.Key.ToBytes();
    }

    private static string Golden(string name) => Path.Combine(SourceFolder(), "Golden", name);

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.GetDirectoryName(path)!;

    private static string Lines(IReadOnlyDictionary<string, string> fields) =>
        string.Join(
            '\n',
            fields
                .OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => $"{field.Key} = {field.Value}")
        );

    /// <summary>Every value with its path, as "files[0].hashes.md5".</summary>
    internal static Dictionary<string, string> Flatten(JsonElement root)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(root, "");
        return all;

        void Add(JsonElement value, string path)
        {
            if (value.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in value.EnumerateObject())
                {
                    Add(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
                }
            }
            else if (value.ValueKind == JsonValueKind.Array)
            {
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    Add(value[i], $"{path}[{i}]");
                }
            }
            else
            {
                all.Add(path, value.ToString());
            }
        }
    }
}
