using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class FolderLockTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_holds_a_folder_at_a_time_and_the_next_has_it_when_it_is_given_back()
    {
        var first = FolderLock.TryTake(_folder.Path, "held.lock");
        Assert.NotNull(first);
        Assert.Null(FolderLock.TryTake(_folder.Path, "held.lock"));

        first.Dispose();
        first.Dispose();

        using var second = FolderLock.TryTake(_folder.Path, "held.lock");
        Assert.NotNull(second);
        using var other = FolderLock.TryTake(_folder.Path, "another.lock");
        Assert.NotNull(other);
    }

    [Fact]
    public void A_lock_whose_file_was_removed_or_replaced_is_noticed()
    {
        using var held = FolderLock.TryTake(_folder.Path, "held.lock");
        Assert.NotNull(held);
        Assert.True(held.IsStillThere());

        File.Delete(_folder["held.lock"]);
        Assert.False(held.IsStillThere());

        File.WriteAllText(_folder["held.lock"], "");
        Assert.False(held.IsStillThere());
    }

    [Fact]
    public void A_folder_that_is_not_there_says_so()
    {
        var error = Assert.ThrowsAny<IOException>(() => FolderLock.TryTake(_folder["nowhere"], "held.lock"));
        Assert.Contains("held.lock", error.Message, StringComparison.Ordinal);
    }
}
