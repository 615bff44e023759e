using System.Runtime.InteropServices;

namespace Vigil.Files.Posix;

/// <summary>The fields used here of <c>struct statx</c> (linux/stat.h).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    private const int KindMask = 0xf000;

    [FieldOffset(16)]
    private readonly uint _links;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    private readonly ulong _inode;

    [FieldOffset(40)]
    private readonly long _lengthBytes;

    [FieldOffset(136)]
    private readonly uint _deviceMajor;

    [FieldOffset(140)]
    private readonly uint _deviceMinor;

    [FieldOffset(112)]
    private readonly long _modifiedSeconds;

    [FieldOffset(120)]
    private readonly uint _modifiedNanoseconds;

    public readonly bool IsRegular => (_mode & KindMask) == 0x8000;

    public readonly bool IsFolder => (_mode & KindMask) == 0x4000;

    /// <summary>True when anybody but the owner has any right.</summary>
    public readonly bool IsOpenToOthers => (_mode & 0x3f) != 0;

    /// <summary>False once the last name of the file is gone.</summary>
    public readonly bool HasName => _links > 0;

    public readonly bool IsSameFile(in FileStatus other) =>
        (_inode, _deviceMajor, _deviceMinor) == (other._inode, other._deviceMajor, other._deviceMinor);

    public readonly long LengthBytes => _lengthBytes;

    /// <summary>Differs between two contents of a path that is only ever replaced as a whole.</summary>
    public readonly (ulong, long, long, uint) Identity =>
        (_inode, _lengthBytes, _modifiedSeconds, _modifiedNanoseconds);
}
