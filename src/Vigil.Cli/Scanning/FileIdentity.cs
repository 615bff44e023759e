using System.Runtime.InteropServices;

namespace Vigil.Cli.Scanning;

/// <summary>
/// What tells that a file is still the one that was seen: statx(2) of the name, links not followed.
/// </summary>
internal readonly record struct FileIdentity(
    ulong Device,
    ulong Inode,
    ulong Bytes,
    long ModifiedNs,
    long ChangedNs,
    bool IsRegular
)
{
    // linux/fcntl.h and linux/stat.h; the layout of struct statx is the same on every architecture.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;

    /// <summary>Null when the system does not answer; opening the file then says why.</summary>
    public static FileIdentity? TryRead(string path)
    {
        if (Statx(CurrentFolder, path, NoFollow, BasicStats, out var status) != 0)
        {
            return null;
        }

        return new FileIdentity(
            ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
            status.Inode,
            status.Size,
            status.Modified.TotalNs,
            status.Changed.TotalNs,
            (status.Mode & TypeMask) == RegularType
        );
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(
        int folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        int flags,
        uint mask,
        out Status status
    );

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        private int _reserved;

        public readonly long TotalNs => unchecked(Seconds * 1_000_000_000 + Nanoseconds);
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Timestamp Changed;

        [FieldOffset(112)]
        public Timestamp Modified;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
