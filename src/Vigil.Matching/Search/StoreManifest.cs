using Vigil.Files;

namespace Vigil.Matching.Search;

/// <summary>One generation of an index on disk: its segments, and the entries in them that are removed.</summary>
internal sealed record StoreManifest(
    long Generation,
    bool IsPlain,
    IReadOnlyList<(SegmentId Id, uint Checksum)> Segments,
    IReadOnlyCollection<Posting> Dead
)
{
    private const string NewestName = "newest";
    private const int Version = 1;
    private const int MaxSegments = 10_000;
    private const int MaxDead = SearchLimits.MaxSegmentRows;

    public static string NameOf(long generation) => $"generation-{generation:x16}";

    /// <summary>Sealed under its number, also where segments are plain: an older one cannot take its place.</summary>
    public void Save(string folder, KeyRing keys, string tenant) =>
        Durable.Replace(
            Path.Combine(folder, NameOf(Generation)),
            file =>
            {
                using var sealing = SealedFile.CreateWriter(file, keys, ContextOf(tenant, Generation));
                using (var writer = new BinaryWriter(sealing, System.Text.Encoding.UTF8, leaveOpen: true))
                {
                    Write(writer);
                }
                sealing.Complete();
            }
        );

    /// <exception cref="IOException">It cannot be opened, or is not what was sealed.</exception>
    public static StoreManifest Load(string folder, KeyRing keys, string tenant, long generation)
    {
        var file = InputFile.OpenRead(Path.Combine(folder, NameOf(generation)));
        using var plain = SealedFile.OpenReader(file, keys, ContextOf(tenant, generation));
        using var reader = new BinaryReader(plain);
        var manifest = Read(reader, generation);
        return plain.ReadByte() < 0 ? manifest : throw Broken(generation);
    }

    /// <summary>Notes the newest generation apart, so that a manifest that is gone is missed.</summary>
    public static void SaveNewest(string folder, KeyRing keys, string tenant, long generation) =>
        Durable.Replace(
            Path.Combine(folder, NewestName),
            file =>
            {
                using var sealing = SealedFile.CreateWriter(file, keys, NewestContext(tenant));
                sealing.Write(BitConverter.GetBytes(generation));
                sealing.Complete();
            }
        );

    /// <exception cref="IOException">It is not there, or not what was sealed.</exception>
    public static long LoadNewest(string folder, KeyRing keys, string tenant)
    {
        var file = InputFile.OpenRead(Path.Combine(folder, NewestName));
        using var plain = SealedFile.OpenReader(file, keys, NewestContext(tenant));
        using var reader = new BinaryReader(plain);
        var generation = reader.ReadInt64();
        return plain.ReadByte() < 0 ? generation : throw Broken(generation);
    }

    private static SealContext NewestContext(string tenant) =>
        new(tenant, $"pdq-index/{NewestName}", Version) { BeforeDrill = true };

    private static SealContext ContextOf(string tenant, long generation) =>
        new(tenant, $"pdq-index/{NameOf(generation)}", Version) { BeforeDrill = true };

    private void Write(BinaryWriter writer)
    {
        writer.Write(IsPlain);
        writer.Write(Segments.Count);
        foreach (var (id, checksum) in Segments)
        {
            writer.Write(id.Generation);
            writer.Write(id.Number);
            writer.Write(checksum);
        }
        writer.Write(Dead.Count);
        foreach (var posting in Dead)
        {
            writer.Write(posting.List);
            writer.Write(posting.Entry);
        }
    }

    private static StoreManifest Read(BinaryReader reader, long generation)
    {
        var isPlain = reader.ReadBoolean();
        var segments = new (SegmentId, uint)[Checked(reader.ReadInt32(), MaxSegments, generation)];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = (new SegmentId(reader.ReadInt64(), reader.ReadInt32()), reader.ReadUInt32());
        }
        var dead = new Posting[Checked(reader.ReadInt32(), MaxDead, generation)];
        for (var i = 0; i < dead.Length; i++)
        {
            dead[i] = new Posting(reader.ReadInt32(), reader.ReadInt32());
        }
        return new StoreManifest(generation, isPlain, segments, dead);
    }

    private static int Checked(int count, int most, long generation) =>
        count >= 0 && count <= most ? count : throw Broken(generation);

    private static IndexBrokenException Broken(long generation) =>
        new($"{NameOf(generation)} of the index is not of this version: update, or build the index again.");
}
