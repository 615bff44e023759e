using System.Diagnostics;
using System.Net.Sockets;
using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class InputFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("new\nline")]
    [InlineData("grün \U0001F600 \uFFFD")]
    [InlineData("-rf *")]
    public void A_regular_file_of_any_name_is_read(string name)
    {
        File.WriteAllText(_folder[name], "content");
        using var reader = new StreamReader(InputFile.OpenRead(_folder[name]));
        Assert.Equal("content", reader.ReadToEnd());
    }

    [Fact]
    public void A_link_that_the_user_named_is_followed_and_an_empty_file_is_a_file()
    {
        File.WriteAllText(_folder["empty"], "");
        File.CreateSymbolicLink(_folder["link"], _folder["empty"]);
        using var file = InputFile.OpenRead(_folder["link"]);
        Assert.Equal(0, file.Length);
        Assert.Equal(-1, file.ReadByte());
        Assert.True(file.CanSeek);
    }

    [Fact]
    public void A_pipe_without_a_writer_does_not_hang()
    {
        using var make = Process.Start("mkfifo", [_folder["pipe"]]);
        make.WaitForExit();
        AssertRefused(InputFileProblem.NotRegular, _folder["pipe"], "name a regular file");
    }

    [Fact]
    public void A_socket_is_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket"]));
        AssertRefused(InputFileProblem.NotRegular, _folder["socket"], "name a regular file");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    [InlineData("/")]
    public void Devices_and_folders_are_refused(string path) =>
        AssertRefused(InputFileProblem.NotRegular, path, "name a regular file");

    [Theory]
    [InlineData("missing")]
    [InlineData("missing/below")]
    public void A_file_that_is_not_there_is_said_so(string name) =>
        AssertRefused(InputFileProblem.NotFound, _folder[name], "check the spelling");

    [Fact]
    public void A_path_through_a_file_is_not_found()
    {
        File.WriteAllText(_folder["file"], "");
        AssertRefused(InputFileProblem.NotFound, _folder["file/below"], "check the spelling");
    }

    [Fact]
    public void Links_that_go_round_are_told_apart()
    {
        File.CreateSymbolicLink(_folder["a"], _folder["b"]);
        File.CreateSymbolicLink(_folder["b"], _folder["a"]);
        AssertRefused(InputFileProblem.LinkLoop, _folder["a"], "remove or correct the link");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("/etc/passwd\0.jpg")]
    [InlineData("bytes that were \uFFFD not UTF-8")]
    public void A_name_that_cannot_be_asked_for_is_refused(string name) =>
        AssertRefused(InputFileProblem.BadName, name, "Rename it");

    [Fact]
    public void A_name_that_is_not_valid_Unicode_is_refused() =>
        AssertRefused(InputFileProblem.BadName, _folder["a" + (char)0xd800], "Rename it");

    [Fact]
    public void A_name_longer_than_the_system_takes_is_refused() =>
        AssertRefused(InputFileProblem.BadName, _folder[new string('n', 256)], "Rename it");

    [Theory]
    [InlineData("EACCES", "chmod u+r")]
    [InlineData("EPERM", "chmod u+r")]
    [InlineData("EIO", "Check the disk")]
    [InlineData("EMFILE", "Check the disk")]
    public void What_the_system_refuses_is_refused_with_advice(string errno, string advice)
    {
        File.WriteAllText(_folder["file"], "x");
        using var probe = Probe.StartWithFaultOn(
            _folder["file"],
            $"openat:error={errno}",
            "input",
            _folder["file"]
        );
        var (code, _, error) = probe.End();
        Assert.Equal(3, code);
        Assert.Contains(advice, error);
    }

    private static void AssertRefused(InputFileProblem problem, string path, string advice)
    {
        var error = Assert.Throws<InputFileException>(() => InputFile.OpenRead(path));
        Assert.Equal(problem, error.Problem);
        Assert.Contains(advice, error.Message);
    }
}
