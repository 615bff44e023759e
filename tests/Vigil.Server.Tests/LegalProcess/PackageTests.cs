using System.Security.Cryptography;
using System.Text;
using Vigil.Server.Features.LegalProcess.Packaging;

namespace Vigil.Server.Tests.LegalProcess;

public class PackageTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Then = new(2026, 11, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_plain_package_is_the_same_bytes_each_time_and_opens_for_the_recipient_alone()
    {
        var (publicKey, secret) = PackageReader.NewKeys();
        var (contents, files) = Made(0, 1, 65_536, 200_001);

        var (first, second) = (Seal(publicKey, files, contents), Seal(publicKey, files, contents));

        Assert.False(first.AsSpan().SequenceEqual(second), "each package has a key of its own");
        Assert.Equal(
            SHA256.HashData(PackageReader.Open(first, publicKey, secret)),
            SHA256.HashData(PackageReader.Open(second, publicKey, secret))
        );
        var read = PackageReader.Read(first, publicKey, secret);
        Assert.Equal(files.Count + 4, read.Count);
        foreach (var (file, index) in files.Select((file, index) => (file, index)))
        {
            Assert.Equal(contents[file.ContentId], read[InnerPackage.NameOf(file, index)]);
        }
        var summary = Encoding.UTF8.GetString(read["summary.html"]);
        Assert.Contains("&lt;Example&gt; Police", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", summary, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "person:one",
            Encoding.UTF8.GetString(read["custody.json"]),
            StringComparison.Ordinal
        );
        var other = PackageReader.NewKeys();
        Assert.Throws<CryptographicException>(() => PackageReader.Open(first, other.Public, other.Secret));
    }

    [Fact]
    public void Every_flipped_bit_cut_and_swapped_chunk_is_found()
    {
        var (publicKey, secret) = PackageReader.NewKeys();
        var (contents, files) = Made(150_000);
        var package = Seal(publicKey, files, contents);
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        var flips = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 5_000 : 300;
        var missed = 0;
        for (var flip = 0; flip < flips; flip++)
        {
            // Every third in the head, where the key and the sealed box are.
            var bit = random.Next(8 * (flip % 3 == 0 ? 92 : package.Length));
            package[bit / 8] ^= (byte)(1 << (bit % 8));
            missed += IsFound(package) ? 0 : 1;
            package[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        output.WriteLine($"flips={flips} missed={missed} seed={seed}");
        Assert.Equal(0, missed);
        Assert.True(IsFound(package[..^1]));
        Assert.True(IsFound(package[..(92 + 65_552)]), "cut after a whole chunk");
        var swapped = package.ToArray();
        package.AsSpan(92, 65_552).CopyTo(swapped.AsSpan(92 + 65_552));
        Assert.True(IsFound(swapped));
        Assert.False(IsFound(package));

        bool IsFound(byte[] bytes)
        {
            try
            {
                PackageReader.Read(bytes, publicKey, secret);
                return false;
            }
            catch (Exception e)
                when (e is CryptographicException or InvalidDataException or ArgumentException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void A_content_of_another_size_than_was_sealed_and_a_key_that_is_none_leave_no_package()
    {
        var (publicKey, _) = PackageReader.NewKeys();
        var (contents, files) = Made(1000);
        Assert.Throws<InvalidDataException>(() => Seal(publicKey, [files[0] with { Bytes = 999 }], contents));
        Assert.Throws<InvalidOperationException>(() => Seal(new byte[32], files, contents));
    }

    private static byte[] Seal(
        byte[] publicKey,
        IReadOnlyList<PackageFile> files,
        Dictionary<Guid, byte[]> contents
    )
    {
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
            RecipientKey = Convert.ToHexStringLower(SHA256.HashData(publicKey)),
        };
        using var bytes = new MemoryStream();
        SealedPackage.Seal(
            bytes,
            publicKey,
            inner =>
                InnerPackage.Write(
                    inner,
                    head,
                    files,
                    "[]"u8.ToArray(),
                    file => new MemoryStream(contents[file.ContentId]),
                    _ => { }
                )
        );
        return bytes.ToArray();
    }

    private static (Dictionary<Guid, byte[]> Contents, IReadOnlyList<PackageFile> Files) Made(
        params int[] sizes
    )
    {
        var contents = sizes.ToDictionary(_ => Guid.CreateVersion7(), RandomNumberGenerator.GetBytes);
        return (
            contents,
            [
                .. contents.Select(content => new PackageFile
                {
                    ContentId = content.Key,
                    CaseRef = "VC-0000-0000-00",
                    Kind = "picture",
                    Bytes = content.Value.Length,
                    Jurisdiction = "US",
                    SealedAt = Then,
                    SealedBy = "key:1",
                    Holds = [new PackageHold("legal", Then, null)],
                }),
            ]
        );
    }
}
