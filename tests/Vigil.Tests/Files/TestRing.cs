using Vigil.Files;

namespace Vigil.Tests.Files;

/// <summary>A key ring in a folder of its own, and short ways to seal and open bytes with it.</summary>
internal sealed class TestRing : IDisposable
{
    public TestFolder Folder { get; } = new();

    public KeyRing Keys { get; private set; }

    /// <param name="isDrilled">A recovery drill has passed: anything may be sealed.</param>
    public TestRing(bool isDrilled = true)
    {
        Keys = KeyRing.OpenOrCreate(Folder["keys"]);
        if (isDrilled)
        {
            Assert.True(Drill());
        }
    }

    /// <summary>With two shares of a new split.</summary>
    public bool Drill()
    {
        var shares = Keys.SplitRoot();
        return KeyRing.Drill(Folder["keys"], shares[0], shares[1], DateTimeOffset.UnixEpoch);
    }

    public static SealContext Context(
        string id = "object",
        string tenant = KeyRing.DefaultTenant,
        int version = 1
    ) => new(tenant, id, version);

    public void Reopen()
    {
        Keys.Dispose();
        Keys = KeyRing.OpenOrCreate(Folder["keys"]);
    }

    public byte[] Seal(byte[] plain, SealContext? context = null)
    {
        using var file = new MemoryStream();
        using (var writer = SealedFile.CreateWriter(file, Keys, context ?? Context()))
        {
            writer.Write(plain);
            writer.Complete();
        }
        return file.ToArray();
    }

    public byte[] Open(byte[] sealedBytes, SealContext? context = null)
    {
        using var reader = SealedFile.OpenReader(new MemoryStream(sealedBytes), Keys, context ?? Context());
        using var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>What is given out before the refusal; null when there is no refusal.</summary>
    public byte[]? ReleasedBeforeRefusal(byte[] sealedBytes, SealContext? context = null)
    {
        using var released = new MemoryStream();
        try
        {
            using var reader = SealedFile.OpenReader(
                new MemoryStream(sealedBytes),
                Keys,
                context ?? Context()
            );
            var piece = new byte[1000];
            for (int count; (count = reader.Read(piece)) > 0; )
            {
                released.Write(piece, 0, count);
            }
            return null;
        }
        catch (SealBrokenException)
        {
            return released.ToArray();
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.UnknownEpoch)
        {
            return released.ToArray();
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        Folder.Dispose();
    }
}
