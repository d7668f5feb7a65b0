# SPDX-License-Identifier: Apache-2.0
"""What is told of the cells: tables, pictures, the page, targets."""
