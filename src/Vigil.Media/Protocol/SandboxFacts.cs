using System.Buffers.Binary;

namespace Vigil.Media.Protocol;

/// <summary>What a worker managed to do when it tried what it must not be able to do.</summary>
[Flags]
internal enum SandboxHoles : uint
{
    None = 0,
    CreateSocket = 1,
    ConnectToLoopback = 2,
    ReadPasswd = 4,
    WriteTmp = 8,
    WriteUsr = 16,
    WriteOwnFolder = 32,
    WriteSharedMemory = 64,
    WriteRoot = 128,
    Fork = 256,
    Dumpable = 512,
    NewPrivileges = 1024,
    RaiseLimits = 2048,
    MemoryFile = 4096,
    SignalPool = 8192,
}

/// <summary>The worker's report about itself from inside: 88 bytes, little-endian.</summary>
internal readonly record struct SandboxFacts
{
    public const int ByteLength = 88;

    public SandboxHoles Holes { get; init; }
    public uint UserId { get; init; }
    public uint GroupId { get; init; }
    public uint VisibleProcesses { get; init; }

    /// <summary>0 none, 1 strict, 2 filter.</summary>
    public uint SeccompMode { get; init; }

    /// <summary>
    /// Open descriptors that lead outside: sockets, and files that the worker did not bring.
    /// </summary>
    public uint StrayFiles { get; init; }

    public ulong EffectiveCapabilities { get; init; }
    public ulong BoundingCapabilities { get; init; }
    public ulong AddressSpaceLimit { get; init; }
    public ulong FileSizeLimit { get; init; }
    public ulong OpenFilesLimit { get; init; }
    public ulong CoreLimit { get; init; }

    /// <summary>
    /// Mounts that could be written to. Told beside the attempts to write, because the system call filter
    /// refuses those before the mounts are asked.
    /// </summary>
    public ulong WritableMounts { get; init; }

    /// <summary>
    /// Which network it is in. Told beside the attempts to make a socket, for the same reason.
    /// </summary>
    public ulong NetworkNamespace { get; init; }

    public void WriteTo(Span<byte> bytes)
    {
        ReadOnlySpan<uint> small = [(uint)Holes, UserId, GroupId, VisibleProcesses, SeccompMode, StrayFiles];
        ReadOnlySpan<ulong> large =
        [
            EffectiveCapabilities,
            BoundingCapabilities,
            AddressSpaceLimit,
            FileSizeLimit,
            OpenFilesLimit,
            CoreLimit,
            WritableMounts,
            NetworkNamespace,
        ];
        for (var i = 0; i < small.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * 4)..], small[i]);
        }
        for (var i = 0; i < large.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(24 + i * 8)..], large[i]);
        }
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SandboxFacts facts)
    {
        facts = default;
        if (bytes.Length != ByteLength)
        {
            return false;
        }
        facts = new SandboxFacts
        {
            Holes = (SandboxHoles)Small(bytes, 0),
            UserId = Small(bytes, 1),
            GroupId = Small(bytes, 2),
            VisibleProcesses = Small(bytes, 3),
            SeccompMode = Small(bytes, 4),
            StrayFiles = Small(bytes, 5),
            EffectiveCapabilities = Large(bytes, 0),
            BoundingCapabilities = Large(bytes, 1),
            AddressSpaceLimit = Large(bytes, 2),
            FileSizeLimit = Large(bytes, 3),
            OpenFilesLimit = Large(bytes, 4),
            CoreLimit = Large(bytes, 5),
            WritableMounts = Large(bytes, 6),
            NetworkNamespace = Large(bytes, 7),
        };
        return true;
    }

    private static uint Small(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * 4)..]);

    private static ulong Large(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[(24 + index * 8)..]);
}
