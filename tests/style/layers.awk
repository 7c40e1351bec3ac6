# SPDX-License-Identifier: GPL-3.0-or-later
# Reads cmake/layers.cmake, then the files named on standard input.

function complain(text)
{
    printf "%s:%d: %s\n", file, line, text
    bad = 1
}

# aj_layer(module deps...) and aj_outside(header files...), each possibly on several lines
function read_table(path,    text, row, call, words, count, i)
{
    text = ""
    while ((getline row < path) > 0) {
        sub(/#.*/, "", row)
        text = text " " row
    }
    close(path)
    while (match(text, /aj_(layer|outside)\([^)]*\)/)) {
        call = substr(text, RSTART, RLENGTH - 1)
        text = substr(text, RSTART + RLENGTH)
        sub(/\(/, " ", call)
        count = split(call, words, " ")
        if (words[1] == "aj_layer")
            modules[words[2]] = 1
        else
            outside[words[2]] = 1
        for (i = 2; i <= count; i++) {
            if (words[1] == "aj_layer")
                edge[words[2], words[i]] = 1
            else if (i > 2)
                wraps[words[2], words[i]] = 1
        }
        for (i = 3; words[1] == "aj_outside" && i <= count; i++)
            wrapped_in[words[2], part(words[i], 1)] = 1
    }
}

function part(path, n,    parts)
{
    split(path, parts, "/")
    return parts[n]
}

# May this file include project headers of `folder`?
function allowed(folder)
{
    if (owner in modules)
        return (owner, folder) in edge || (in_tests && (folder == "tests" || folder == "benchmarks"))
    # Programs around the modules (fuzz targets, benchmarks, end-to-end tests) see all of them.
    return folder in modules || folder == owner || folder == "tests"
}

function check_project(name,    folder)
{
    folder = part(name, 1)
    if (name !~ /\//)
        complain("\"" name "\" lacks its folder")
    else if (!allowed(folder))
        complain((in_tests ? "a test of '" : "module '") owner "' may not include \"" name "\"")
    else if (name ~ /_priv\.h$/ && folder != owner)
        complain("\"" name "\" is private to " folder "/ and its tests")
    else if (folder == "tests" && part(name, 2) != "support" && part(name, 2) != part(file, 2))
        complain("\"" name "\" belongs to other tests")
}

function check_system(name)
{
    if (name in outside) {
        if (!((name, file) in wraps) && !(in_tests && (name, owner) in wrapped_in))
            complain("<" name "> may be included only in the files cmake/layers.cmake names")
    } else if (!(name in known) && name !~ /^(sys|netinet|arpa)\/[a-z]+\.h$/ &&
               !(in_tests && name == "cmocka.h") && name !~ /^sanitizer\//) {
        complain("<" name "> is neither C, nor POSIX, nor in cmake/layers.cmake")
    }
}

BEGIN {
    count = split("aio assert ctype dirent errno fcntl fenv float fnmatch ftw glob grp inttypes " \
                  "iso646 langinfo libgen limits locale math netdb poll pthread pwd regex sched " \
                  "semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint " \
                  "stdio stdlib stdnoreturn string strings termios time unistd wchar wctype", names, " ")
    for (i = 1; i <= count; i++)
        known[names[i] ".h"] = 1
    read_table("cmake/layers.cmake")
    if (!("base" in modules)) {
        print "cmake/layers.cmake: no table"
        exit bad = 1
    }
}

{
    file = $0
    in_tests = part(file, 1) == "tests"
    owner = part(file, in_tests ? 2 : 1)
    line = 0
    while ((getline row < file) > 0) {
        line++
        if (match(row, /^[ \t]*#[ \t]*include[ \t]*/)) {
            row = substr(row, RSTART + RLENGTH)
            if (match(row, /^"[^"]*"/))
                check_project(substr(row, 2, RLENGTH - 2))
            else if (match(row, /^<[^>]*>/))
                check_system(substr(row, 2, RLENGTH - 2))
            else
                complain("#include of a macro")
        }
    }
    close(file)
}

END { exit bad }
