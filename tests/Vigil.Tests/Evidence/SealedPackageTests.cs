using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Tests.Cli;
using Vigil.Tests.Tidy;

namespace Vigil.Tests.Evidence;

/// <summary>What a package promises its recipient, and the recipient's own tool.</summary>
public sealed class SealedPackageTests : IDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly CliFolder _folder = new();
    private readonly SigningKey _signer = SigningKey.FromSeed("sample/packages", [.. Seed]);
    private readonly RecipientSecret _secret;
    private readonly string _keyFile;

    public SealedPackageTests()
    {
        _keyFile = _folder.Beside("our.key");
        _secret = RecipientSecret.Create(_keyFile);
    }

    public void Dispose()
    {
        _secret.Dispose();
        _signer.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public void What_was_put_in_comes_out_whatever_its_length(int length)
    {
        var bytes = Made(length);
        using var container = Opened(
            Package(("report.json", Encoding.UTF8.GetBytes("{}")), ("media/001", bytes))
        );
        Assert.Equal(["report.json", "media/001"], container.Manifest.Parts.Select(part => part.Name));
        using var stream = container.Open(container.Manifest.Parts[1]);
        using var read = new MemoryStream();
        stream.CopyTo(read);
        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(_secret.Key.Fingerprint, container.Manifest.RecipientFingerprint);
    }

    [Fact]
    public void A_fingerprint_that_was_typed_is_the_keys_however_it_is_grouped_and_no_other_is()
    {
        var key = _secret.Key;
        var digits = key.Fingerprint.Replace(" ", "", StringComparison.Ordinal);
        Assert.All(
            [
                key.Fingerprint,
                digits,
                digits.ToUpperInvariant(),
                string.Join('-', digits.Chunk(8).Select(part => new string(part))),
            ],
            typed => Assert.True(key.HasFingerprint(typed), typed)
        );
        Assert.All(
            ["", digits[..^1], digits + "0", (digits[0] == '0' ? '1' : '0') + digits[1..]],
            typed => Assert.False(key.HasFingerprint(typed), typed)
        );
    }

    [Fact]
    public void A_package_that_is_written_is_never_read_or_gone_back_in()
    {
        using var destination = new MemoryStream();
        using var stream = new SealedPackageStream(destination, _secret.Key, _signer);
        Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_found()
    {
        var whole = Package(("report.json", Made(400)), ("media/001", Made(70_000)));
        var random = new Random(4711);
        // All of head and signature, and places between.
        var places = Enumerable
            .Range(0, 200)
            .Concat(Enumerable.Range(whole.Length - 500, 500))
            .Concat(Enumerable.Range(0, 300).Select(_ => random.Next(whole.Length)));
        foreach (var place in places)
        {
            var bytes = whole.ToArray();
            bytes[place] ^= (byte)(1 << random.Next(8));
            Assert.Throws<PackageException>(() => SealedPackage.Verify(new MemoryStream(bytes)));
            Assert.Throws<PackageException>(() => Opened(bytes));
        }
        foreach (var length in Enumerable.Range(0, 60).Select(_ => random.Next(whole.Length)))
        {
            Assert.Throws<PackageException>(() => Opened(whole[..length]));
        }
        Assert.Throws<PackageException>(() => Opened([.. whole, 0]));
        Opened(whole).Dispose();
    }

    /// <summary>Who has a signing key of their own can sign anything: the parts are still bound to the first signature.</summary>
    [Fact]
    public void What_another_signed_or_changed_within_is_found()
    {
        using var other = SigningKey.FromSeed("other/packages", [.. Seed.Reverse()]);
        var whole = Package(("report.json", Made(10)));
        var refused = Assert.Throws<PackageException>(() =>
            SealedPackage.Verify(new MemoryStream(whole), other.Verifier)
        );
        Assert.Equal(PackageProblem.OtherSigner, refused.Problem);
        SealedPackage.Verify(new MemoryStream(whole), _signer.Verifier);

        // The container of one signer under the seal of another.
        using var plain = new MemoryStream();
        var seal = SealedPackage.Open(new MemoryStream(whole), _secret, plain);
        Assert.Throws<PackageException>(() =>
            PackageContainer.Read(new MemoryStream(plain.ToArray()), seal with { Signer = other.Verifier })
        );
        // The container of one recipient under a seal that names another.
        Assert.Throws<PackageException>(() =>
            PackageContainer.Read(new MemoryStream(plain.ToArray()), seal with { Recipient = "0000 0000" })
        );
        // Any change of the container, under the right signer.
        var random = new Random(1);
        var container = plain.ToArray();
        var found = 0;
        for (var i = 0; i < 400; i++)
        {
            var bytes = container.ToArray();
            var place = random.Next(bytes.Length);
            bytes[place] ^= (byte)(1 << random.Next(8));
            try
            {
                using var read = PackageContainer.Read(new MemoryStream(bytes), seal);
                using var part = read.Open(read.Manifest.Parts[0]);
                using var copy = new MemoryStream();
                part.CopyTo(copy);
                Assert.Equal(Made(10), copy.ToArray());
            }
            catch (PackageException)
            {
                found++;
            }
        }
        Assert.True(found > 200, $"only {found} of 400 changes were found");
    }

    /// <summary>A signature says who sent it, not that it is well made.</summary>
    [Fact]
    public void What_the_signer_itself_made_wrongly_is_refused_too()
    {
        var whole = Package(("report.json", Made(140_000)));
        var (seal, plain) = PlainOf(whole);
        Assert.Equal(PackageProblem.Altered, ProblemOf(Signed(whole, seal with { Recipient = "0000 0000" })));

        // More bytes after the last chunk, where that one is whole. As many digits of its length in the manifest.
        var filled = Package(("report.json", Made(140_000 + 65_536 - (plain.Length % 65_536))));
        var (full, container) = PlainOf(filled);
        Assert.Equal(0, container.Length % 65_536);
        byte[] longer = [.. filled.AsSpan(0, (int)full.Bytes), .. new byte[40]];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(longer));
        var more = full with { Bytes = longer.Length, Sha256 = sha256 };
        Assert.Equal(PackageProblem.Altered, ProblemOf(Signed(longer, more)));

        // A part that is compressed may grow without end when it is read.
        using var squeezed = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(plain)))
        using (var to = new ZipArchive(squeezed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                using var source = entry.Open();
                using var target = to.CreateEntry(entry.FullName, CompressionLevel.Optimal).Open();
                source.CopyTo(target);
            }
        }
        Assert.Throws<PackageException>(() => PackageContainer.Read(squeezed, seal));
        PackageContainer.Read(new MemoryStream(plain), seal).Dispose();
    }

    [Fact]
    public void It_opens_with_no_other_key_and_weak_keys_are_refused()
    {
        using var stranger = RecipientSecret.Create(_folder.Beside("stranger.key"));
        var whole = Package(("report.json", Made(10)));
        using var plain = new MemoryStream();
        var refused = Assert.Throws<PackageException>(() =>
            SealedPackage.Open(new MemoryStream(whole), stranger, plain)
        );
        Assert.Equal((PackageProblem.OtherRecipient, 0L), (refused.Problem, plain.Length));
        foreach (var weak in new byte[][] { new byte[32], [1, .. new byte[31]], new byte[31] })
        {
            Assert.Throws<PackageException>(() => RecipientKey.FromBytes(weak));
        }
        foreach (var text in (string[])["", "x25519+", "x25519+AAAA", "age1xyz", _secret.Key + "="])
        {
            Assert.Throws<PackageException>(() => RecipientKey.Parse(text));
        }
        Assert.Equal(_secret.Key.ToString(), RecipientKey.Parse($" {_secret.Key}\n").ToString());
        Assert.Throws<PackageException>(() => RecipientSecret.Create(_keyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_keyFile));
    }

    [Fact]
    public void Names_of_parts_lead_nowhere_else()
    {
        foreach (
            var name in (string[])
                ["../x", "/x", "a/../b", "a/b/c", "A", "a b", "", "manifest.json", "a/", ".x"]
        )
        {
            Assert.Throws<ArgumentException>(() => Package((name, Made(1))));
        }
        Assert.Throws<ArgumentException>(() => Package(("a", Made(1)), ("a", Made(1))));
    }

    [Fact]
    public void The_recipients_tool_makes_a_key_verifies_and_opens()
    {
        var key = _folder.Vigil.Call("package", "key", _keyFile);
        Assert.Equal(
            (0, $"public key: {_secret.Key}\nfingerprint: {_secret.Key.Fingerprint}\n"),
            (key.ExitCode, key.Out)
        );
        var file = _folder.Write(
            "report.vigilpkg",
            Package(("report.json", Made(10)), ("media/001", Made(20)))
        );

        var verified = _folder.Vigil.Call(
            "package",
            "verify",
            file,
            "--signer",
            _signer.Verifier.ToString(),
            "--format",
            "json"
        );
        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        Assert.True(JsonDocument.Parse(verified.Out).RootElement.GetProperty("signerCompared").GetBoolean());

        var folder = _folder.Beside("opened");
        var opened = _folder.Vigil.Call("package", "open", file, "--key", _keyFile, "--out", folder);
        Assert.Equal((0, ""), (opened.ExitCode, opened.Error));
        Assert.Equal(Made(20), File.ReadAllBytes(Path.Combine(folder, "media", "001")));
        Assert.Equal(Made(10), File.ReadAllBytes(Path.Combine(folder, "report.json")));
        Assert.Contains("not compared", opened.Out, StringComparison.Ordinal);
        Assert.Equal(
            2,
            _folder.Vigil.Call("package", "open", file, "--key", _keyFile, "--out", folder).ExitCode
        );

        var bytes = File.ReadAllBytes(file);
        bytes[300] ^= 1;
        var altered = _folder.Write("altered.vigilpkg", bytes);
        var refused = _folder.Vigil.Call("package", "open", altered, "--key", _keyFile);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.False(Directory.Exists(_folder["altered"]));
        Assert.Equal(1, _folder.Vigil.Call("package", "verify", altered).ExitCode);
    }

    /// <summary>What reports and answers to authorities leave as, made once and kept, is read by one tool.</summary>
    [Fact]
    public void The_recipients_tool_reads_packages_of_every_kind()
    {
        var golden = Path.Combine(Checkout.Root, "tests/Vigil.Server.Tests/Destinations/Golden");
        var secret = Convert.ToBase64String([.. Enumerable.Range(101, 32).Select(i => (byte)i)]);
        var key = _folder.Write("golden.key", Encoding.ASCII.GetBytes($"PRIVATE+KEY+x25519+{secret}\n"));
        using var signer = SigningKey.FromSeed("vigil/packages/sample", [.. Seed]);
        var files = Directory.GetFiles(golden, "*.vigilpkg");
        Assert.Contains(files, file => file.EndsWith("legal-process.vigilpkg", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            string[] signed = ["--signer", signer.Verifier.ToString()];
            var verified = _folder.Vigil.Call(["package", "verify", file, .. signed]);
            Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
            var folder = _folder.Beside(name);
            var opened = _folder.Vigil.Call([
                "package",
                "open",
                file,
                "--key",
                key,
                "--out",
                folder,
                .. signed,
            ]);
            Assert.Equal((0, ""), (opened.ExitCode, opened.Error));
            Assert.Contains($" to {name}, ", opened.Out, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "summary.html")), name);
        }
    }

    [Fact]
    public void A_hundred_megabytes_are_written_and_read_in_constant_memory_with_progress()
    {
        const long bytes = 100 << 20;
        const long allowed = 4 << 20;
        using var file = NamelessFile.Open(Path.GetTempPath());
        using var plain = NamelessFile.Open(Path.GetTempPath());
        var told = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using (
            var writer = new PackageWriter(file, _secret.Key, _signer, Manifest())
            {
                Wrote = count => told += count,
            }
        )
        {
            using var part = NamelessFile.Open(Path.GetTempPath());
            part.SetLength(bytes);
            writer.Add("media/001", "application/octet-stream", "SAMPLE", part);
            writer.Finish();
        }
        var written = GC.GetAllocatedBytesForCurrentThread() - before;
        var seal = SealedPackage.Open(file, _secret, plain);
        using var container = PackageContainer.Read(plain, seal);
        var read = GC.GetAllocatedBytesForCurrentThread() - before - written;
        Assert.Equal(bytes, container.Manifest.Parts[0].Bytes);
        Assert.True(told >= bytes, $"{told} bytes were told");
        Assert.True(written < allowed && read < allowed, $"{written} and {read} bytes were allocated");

        // Who hears of the progress may stop it: nothing of it opens.
        using var cut = new MemoryStream();
        using var stopped = new PackageWriter(cut, _secret.Key, _signer, Manifest())
        {
            Wrote = _ => throw new OperationCanceledException(),
        };
        Assert.Throws<OperationCanceledException>(() => stopped.Add("a", "text/plain", "SAMPLE", Made(9)));
        Assert.Throws<PackageException>(() => SealedPackage.Verify(cut));
    }

    private static byte[] Made(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static PackageManifest Manifest() =>
        new()
        {
            Destination = "sample",
            Report = "1",
            Environment = "Test",
            CreatedAt = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero),
            CreatedBy = "person:sample",
            Recipient = "SAMPLE",
            RecipientFingerprint = "",
            IsHashOnly = false,
            LegalBasis = "SAMPLE",
        };

    private byte[] Package(params (string Name, byte[] Bytes)[] parts)
    {
        using var file = new MemoryStream();
        using var writer = new PackageWriter(file, _secret.Key, _signer, Manifest());
        foreach (var (name, bytes) in parts)
        {
            writer.Add(name, "application/octet-stream", "SAMPLE", bytes);
        }
        writer.Finish();
        return file.ToArray();
    }

    private (PackageSeal Seal, byte[] Plain) PlainOf(byte[] file)
    {
        using var plain = new MemoryStream();
        return (SealedPackage.Open(new MemoryStream(file), _secret, plain), plain.ToArray());
    }

    /// <summary>The beginning of a file under another seal of the same signer.</summary>
    private byte[] Signed(byte[] file, PackageSeal seal)
    {
        var note = seal.Sign(_signer);
        return [.. file.AsSpan(0, (int)seal.Bytes), .. note, .. BitConverter.GetBytes((uint)note.Length)];
    }

    private PackageProblem ProblemOf(byte[] file) =>
        Assert.Throws<PackageException>(() => PlainOf(file)).Problem;

    private PackageContainer Opened(byte[] file)
    {
        var plain = new MemoryStream();
        var seal = SealedPackage.Open(new MemoryStream(file), _secret, plain);
        return PackageContainer.Read(plain, seal);
    }
}
