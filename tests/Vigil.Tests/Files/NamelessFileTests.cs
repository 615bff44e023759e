using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class NamelessFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_written_and_read_and_stands_in_no_folder()
    {
        using var file = NamelessFile.Open(_folder.Path);
        file.Write("SAMPLE"u8);
        file.Flush();

        Assert.Empty(_folder.Names);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(file.SafeFileHandle)
        );
        file.Position = 0;
        using var reader = new StreamReader(file);
        Assert.Equal("SAMPLE", reader.ReadToEnd());
    }
}
